using System.Globalization;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Saves;

/// <summary>Takes no more writes once the workspace is at its limit: what would not be saved must not be accepted. Deleting always works.</summary>
internal sealed class SpaceGuard(SavesFile saves)
{
    /// <exception cref="SessionException">507: there is no room left.</exception>
    public void EnsureRoom(string? path = null) => EnsureRoom(saves.Read(), path);

    /// <summary>The same by what was read last, which is twice a second while anybody is connected: no file is opened for a key.</summary>
    public void EnsureRoomForEdit() => EnsureRoom(saves.Known, null);

    private static void EnsureRoom(SavesState state, string? path)
    {
        if (state.Usage is not { } usage)
            return;
        if (usage.Bytes >= usage.MaxBytes)
            throw Full($"{Amount(usage.Bytes)} of {Amount(usage.MaxBytes)} {Whose(usage)} are used", path, usage.MaxBytes);
        if (usage.Files >= usage.MaxFiles)
            throw Full($"{usage.Files} of {usage.MaxFiles} files and folders {Whose(usage)} are used", path, usage.MaxFiles);
    }

    private static SessionException Full(string why, string? path, long limit) =>
        new(ErrorCodes.Full, "files.quota", $"Nothing more can be saved: {why}. Delete something, for example in the terminal, and go on a few seconds later.", path, limit);

    private static string Whose(SpaceUsage usage) => usage.Whole ? "that your REPLs may have together" : "that this REPL may have";

    internal static string Amount(long bytes) => bytes < 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.#} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000.0:0.#} GB");
}
