using Devex.Contracts;

namespace Devex.Core.Snapshots;

/// <summary>Says whether a writer may open an incarnation; implemented by the runtime.</summary>
internal interface IWriterGrants
{
    /// <summary>
    /// <see cref="WriterGrant.Later"/> while another writer of the REPL can still write: the claim is answered 423 and asked again. A claim for a save attempt is
    /// asked like any other.
    /// </summary>
    Task<WriterGrant> MayClaimAsync(Writer writer, CancellationToken cancellationToken);
}

/// <summary>Whether a writer may open an incarnation.</summary>
internal enum WriterGrant
{
    Now,

    /// <summary>Another may still write.</summary>
    Later,

    /// <summary>The REPL has gone on without it.</summary>
    Never,
}

/// <summary>Who claims.</summary>
/// <param name="Owner">Owner of the REPL.</param>
/// <param name="Repl">The REPL.</param>
/// <param name="Session">The session that the bootstrap token was made for.</param>
/// <param name="Identity">Pod or process identity.</param>
/// <param name="Attempt">The save attempt, if it is one.</param>
internal sealed record Writer(UserId Owner, ReplId Repl, string Session, string Identity, string? Attempt);

/// <summary>Processes are Core's own children: it starts no second writer while the first can write.</summary>
internal sealed class EveryWriter : IWriterGrants
{
    public Task<WriterGrant> MayClaimAsync(Writer writer, CancellationToken cancellationToken) => Task.FromResult(WriterGrant.Now);
}
