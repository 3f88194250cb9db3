using System.IO.Compression;
using Devex.Contracts.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>
/// Folders as zip, streamed. Links that stay inside are kept as links, others and pipes, sockets and devices are left out; what could not
/// be read is named in the archive's comment.
/// </summary>
internal sealed class FileArchives(Workspace workspace)
{
    private const int MaxDepth = 400;
    private const int MaxComment = 60_000;
    private const int RegularKind = 0x8000;
    private const int FolderKind = 0x4000;
    private const int LinkKind = 0xa000;
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public SafeFileHandle Open(string path)
    {
        using var location = workspace.Locate(path, follow: true);
        return location.OpenFolder();
    }

    public async Task WriteAsync(SafeFileHandle folder, string path, Stream output, CancellationToken cancellation)
    {
        var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        await using (zip)
        {
            var missed = new List<string>();
            await AddFolderAsync(zip, folder, path, "", missed, 0, cancellation);
            if (missed.Count > 0)
            {
                var comment = "Not included: " + string.Join(", ", missed);
                zip.Comment = comment.Length <= MaxComment ? comment : comment[..MaxComment];
            }
        }
    }

    private async Task AddFolderAsync(
        ZipArchive zip, SafeFileHandle folder, string path, string prefix, List<string> missed, int depth, CancellationToken cancellation)
    {
        foreach (var rawName in FolderEntries.Read(folder, path))
        {
            cancellation.ThrowIfCancellationRequested();
            var name = prefix + FileNames.Decode(rawName);
            if (FileCalls.Stat(folder, rawName) is not { } stat)
                continue;
            switch (stat.Kind)
            {
                case FileKind.File:
                    await AddFileAsync(zip, folder, rawName, name, missed, cancellation);
                    break;
                case FileKind.Folder:
                    MakeEntry(zip, name + "/", stat, FolderKind);
                    using (var inner = FileCalls.Open(folder, rawName, FileCalls.ReadOnly | FileCalls.Folder | FileCalls.NoFollow))
                    {
                        if (inner is null || depth >= MaxDepth)
                            missed.Add(name);
                        else
                            await AddFolderAsync(zip, inner, path, name + "/", missed, depth + 1, cancellation);
                    }
                    break;
                case FileKind.Link when workspace.KindBehind(RelativePath.Join(path, name)) is not null:
                    var target = Workspace.ReadLink(folder, rawName, name);
                    if (target.AsSpan().StartsWith("/"u8))
                        break;
                    await using (var content = await MakeEntry(zip, name, stat, LinkKind).OpenAsync(cancellation))
                        await content.WriteAsync(target, cancellation);
                    break;
            }
        }
    }

    private static async Task AddFileAsync(
        ZipArchive zip, SafeFileHandle folder, byte[] rawName, string name, List<string> missed, CancellationToken cancellation)
    {
        SafeFileHandle file;
        FileStat stat;
        try
        {
            using var location = new Location(new SafeFileHandle(folder.DangerousGetHandle(), ownsHandle: false), rawName, name);
            file = location.OpenFile(FileCalls.ReadOnly, out stat);
        }
        catch (Sessions.SessionException)
        {
            missed.Add(name);
            return;
        }
        using (file)
        await using (var content = await MakeEntry(zip, name, stat, RegularKind).OpenAsync(cancellation))
        {
            var buffer = new byte[64 << 10];
            long at = 0;
            int read;
            while ((read = await RandomAccess.ReadAsync(file, buffer, at, cancellation)) > 0)
            {
                await content.WriteAsync(buffer.AsMemory(0, read), cancellation);
                at += read;
            }
        }
    }

    private static ZipArchiveEntry MakeEntry(ZipArchive zip, string name, FileStat stat, int kind)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.ExternalAttributes = (kind | stat.Mode) << 16;
        var modified = DateTimeOffset.FromUnixTimeMilliseconds(stat.ModifiedAt);
        entry.LastWriteTime = modified < Earliest || modified.Year > 2107 ? Earliest : modified;
        return entry;
    }
}
