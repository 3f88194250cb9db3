using Devex.Contracts.Protocol;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>Begins writes. One draft at a time takes its place, so that of two writes on the same version one fails.</summary>
internal sealed class FileDrafts(Workspace workspace, ServeOptions options)
{
    internal Lock Turn { get; } = new();

    /// <summary>Begins to write a file; see <see cref="WorkspaceFiles.Write"/>. Nothing shows before <see cref="FileDraft.Commit"/>.</summary>
    public FileDraft Begin(string path, string? expected)
    {
        var target = workspace.Locate(path, follow: true);
        try
        {
            if (target.IsSelf)
                throw FileErrors.IsAFolder(path);
            var former = target.TryStat();
            FileDraft.Expect(former, expected, path);
            return new FileDraft(this, target, former, expected, options.Journal);
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }
}

/// <summary>
/// A file while it is written: (1) into a temporary file beside its target; (2) on commit the target is looked at again; (3) the
/// temporary file takes its name in one step, with its mode. A target with several names, of another user, or in a folder that takes no
/// new file is written in place instead, from the draft.
/// </summary>
internal sealed class FileDraft : IDisposable
{
    private const int NewMode = 0x1b6;
    private const int PrivateMode = 0x180;
    private const int CopySize = 128 << 10;

    private readonly FileDrafts _drafts;
    private readonly Location _target;
    private readonly FileStat? _former;
    private readonly string? _expected;
    private readonly SafeFileHandle _file;
    private byte[]? _temporary;
    private long _length;

    internal FileDraft(FileDrafts drafts, Location target, FileStat? former, string? expected, string journal)
    {
        (_drafts, _target, _former, _expected) = (drafts, target, former, expected);
        _temporary = FileNames.Temporary();
        const int Flags = FileCalls.ReadWrite | FileCalls.Create | FileCalls.Exclusive;
        var file = FileCalls.Open(target.Folder, _temporary, Flags | FileCalls.NoFollow, former is null ? NewMode : PrivateMode);
        if (file is null)
        {
            var error = FileCalls.Error;
            if (former is null || error is not (FileErrors.Access or FileErrors.Permission))
                throw FileErrors.From(error, target.Path);
            _temporary = null;
            file = OpenElsewhere(journal, target.Path);
        }
        _file = file;
    }

    /// <summary>Bytes that were written so far.</summary>
    public long Length => _length;

    /// <summary>Whether it was begun with these.</summary>
    public bool IsFor(string path, string? expected) => _target.Path == path && _expected == expected;

    /// <summary>Appends.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(_file, content, _length);
            _length += content.Length;
        }
        catch (IOException e)
        {
            throw NoRoom(e);
        }
    }

    /// <summary>Appends all of a stream.</summary>
    /// <param name="content">What.</param>
    /// <param name="came">Called for each piece of it.</param>
    /// <param name="cancellation">Stops it; what came before stays.</param>
    public async Task WriteAsync(Stream content, Action came, CancellationToken cancellation)
    {
        var buffer = new byte[CopySize];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
        {
            Write(buffer.AsSpan(0, read));
            came();
        }
    }

    /// <summary>Takes the target's place; returns the new version.</summary>
    public string Commit()
    {
        lock (_drafts.Turn)
        {
            var now = _target.TryStat();
            Expect(now, _expected, _target.Path);
            if (now is { } there && (there.Links > 1 || there.User != FileCalls.EffectiveUser() || _temporary is null))
                return WriteInPlace();
            if (_temporary is null)
                throw FileErrors.Changed(_target.Path);
            if (now is { } former && FileCalls.ChangeMode(_file, former.Mode) != 0)
                throw FileErrors.From(FileCalls.Error, _target.Path);
            var flags = _expected is null ? FileCalls.NoReplace : 0;
            if (FileCalls.Rename(_target.Folder, _temporary, _target.Folder, _target.Name, flags) != 0)
                throw FileErrors.From(FileCalls.Error, _target.Path);
            _temporary = null;
            return VersionOf(_file);
        }
    }

    public void Dispose()
    {
        if (_temporary is not null)
            _ = FileCalls.Unlink(_target.Folder, _temporary, 0);
        _file.Dispose();
        _target.Dispose();
    }

    /// <summary>Throws unless what is there is what the writer expects, and a file.</summary>
    internal static void Expect(FileStat? there, string? expected, string path)
    {
        if (there is not { } stat)
        {
            if (expected is not (null or "*"))
                throw FileErrors.Changed(path);
            return;
        }
        switch (stat.Kind)
        {
            case FileKind.Folder:
                throw FileErrors.IsAFolder(path);
            case FileKind.Other:
                throw FileErrors.NotAFile(path);
            case FileKind.Link:
                throw FileErrors.Changed(path);
        }
        if (expected is null)
            throw FileErrors.Taken(path);
        if (expected != "*" && expected != stat.Version)
            throw FileErrors.Changed(path);
    }

    private string WriteInPlace()
    {
        using var file = _target.OpenFile(FileCalls.WriteOnly, out var stat);
        // Room for all of it before the first byte is lost.
        if (_length > stat.Size && FileCalls.Allocate(file, 0, 0, _length) != 0 && FileCalls.Error is FileErrors.NoSpace or FileErrors.Quota)
            throw FileErrors.From(FileCalls.Error, _target.Path);
        try
        {
            var buffer = new byte[CopySize];
            long at = 0;
            while (RandomAccess.Read(_file, buffer, at) is > 0 and var read)
            {
                RandomAccess.Write(file, buffer.AsSpan(0, read), at);
                at += read;
            }
            RandomAccess.SetLength(file, _length);
        }
        catch (IOException e)
        {
            throw NoRoom(e);
        }
        return VersionOf(file);
    }

    private string VersionOf(SafeFileHandle file) =>
        (FileCalls.Stat(file) ?? throw FileErrors.From(FileCalls.Error, _target.Path)).Version;

    private SessionException NoRoom(IOException e) =>
        (e.HResult & 0xffff) is FileErrors.NoSpace or FileErrors.Quota
            ? FileErrors.From(FileErrors.NoSpace, _target.Path)
            : new SessionException(ErrorCodes.InternalError, "files.failed", "The file could not be written.", _target.Path);

    private static SafeFileHandle OpenElsewhere(string journal, string path)
    {
        using var folder = FileCalls.OpenPath(journal, FileCalls.PathOnly | FileCalls.Folder) ?? throw FileErrors.From(FileCalls.Error, path);
        var name = FileNames.Temporary();
        var file = FileCalls.Open(folder, name, FileCalls.ReadWrite | FileCalls.Create | FileCalls.Exclusive, PrivateMode)
            ?? throw FileErrors.From(FileCalls.Error, path);
        // Without a name from the start: nothing to clean up.
        _ = FileCalls.Unlink(folder, name, 0);
        return file;
    }
}
