using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Process;

/// <summary>The data folder and the runtime folder of this installation.</summary>
internal sealed class ProcessFolders
{
    // struct sockaddr_un has 108 bytes; sessions add "/sockets/{12}.sock".
    private const int LongestRuntimeFolder = 70;

    public ProcessFolders(IOptions<ProcessOptions> options)
    {
        Data = Path.GetFullPath(options.Value.DataFolder ?? DefaultData());
        Run = options.Value.RuntimeFolder ?? DefaultRun(Data);
        FirstUid = options.Value.FirstUid ?? DefaultFirstUid(Data);
        if (Encoding.UTF8.GetByteCount(Run) > LongestRuntimeFolder)
            throw new InvalidOperationException($"Runtime:Process:RuntimeFolder is longer than {LongestRuntimeFolder} bytes, too long for sockets: {Run}");
    }

    public string Data { get; }

    public string Run { get; }

    /// <summary>Folder of <see cref="PlaceLocks"/>.</summary>
    public string Locks => Path.Combine(Data, ".locks");

    /// <summary>The first of <see cref="UidPool.Count"/> host users: this one probes the sandbox, the others are sessions.</summary>
    public int FirstUid { get; }

    /// <summary>Mount point of stages; nothing is ever mounted there but in namespaces of processes.</summary>
    public string? Stage => Native.IsRoot ? Path.Combine(Run, "stage") : null;

    public SessionFolders Of(ReplId id) => new(Data, Run, id);

    /// <summary>Makes both folders, for this user alone.</summary>
    /// <exception cref="InvalidOperationException">Somebody else made the runtime folder before us.</exception>
    public void Create()
    {
        var mode = Native.IsRoot ? Modes.Passage : Modes.Private;
        Modes.CreateFolder(Data, mode);
        Modes.CreateFolder(Locks, Modes.Private);
        Modes.CreateFolder(Run, mode);
        try
        {
            // Only the owner may set the mode, so this also finds a folder that another user put in our place.
            Modes.Set(Run, mode);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{Run} belongs to somebody else: set Runtime:Process:RuntimeFolder.");
        }
        if (new DirectoryInfo(Run).LinkTarget is not null)
            throw new InvalidOperationException($"{Run} is a link: set Runtime:Process:RuntimeFolder.");
        Modes.CreateFolder(Path.Combine(Run, "sockets"), Modes.Private);
        if (Stage is { } stage)
            Modes.CreateFolder(stage, Modes.Passage);
    }

    private static string DefaultData() => Native.IsRoot
        ? "/var/lib/devex/sessions"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "devex", "sessions");

    // 20,000 ranges end below 2^31, and begin above the users that machines and containers hand out.
    private static int DefaultFirstUid(string data) =>
        200_000 + (int)(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(data))) % 20_000 * UidPool.Count);

    private static string DefaultRun(string data)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..8];
        var own = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return own is { Length: > 0 and < 50 } && Directory.Exists(own) ? Path.Combine(own, $"devex-{hash}")
            : Native.IsRoot && Directory.Exists("/run") ? $"/run/devex-{hash}"
            : string.Create(CultureInfo.InvariantCulture, $"/tmp/devex-{Native.UserId}-{hash}");
    }
}
