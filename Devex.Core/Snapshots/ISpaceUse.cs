using Devex.Contracts;

namespace Devex.Core.Snapshots;

/// <summary>What a user's REPLs hold.</summary>
internal interface ISpaceUse
{
    /// <summary>Bytes and files of the newest snapshots of all the owner's REPLs but one, trash not counted.</summary>
    Task<SpaceUse> OthersAsync(UserId owner, ReplId but, CancellationToken cancellationToken);
}

/// <summary>Bytes of files, and their number.</summary>
internal readonly record struct SpaceUse(long Bytes, long Files);

/// <summary>Used where nobody counts.</summary>
internal sealed class NoSpaceUse : ISpaceUse
{
    public Task<SpaceUse> OthersAsync(UserId owner, ReplId but, CancellationToken cancellationToken) => Task.FromResult(default(SpaceUse));
}
