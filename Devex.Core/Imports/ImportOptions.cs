namespace Devex.Core.Imports;

/// <summary>Section <c>Imports</c>.</summary>
internal sealed class ImportOptions
{
    /// <summary>Most bytes of an archive that is sent in. Default 512 MiB.</summary>
    public long ArchiveBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Most bytes of what an archive unpacks to. Default 2 GiB; the REPL's and the owner's limits hold beside it.</summary>
    public long Bytes { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Most files, folders and links in an archive. Default 100,000.</summary>
    public int Entries { get; set; } = 100_000;

    /// <summary>Imports of one user at once; more wait. Default 2.</summary>
    public int AtOnce { get; set; } = 2;
}
