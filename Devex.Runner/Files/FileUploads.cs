using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>
/// Uploads that go on where their connection was lost. Their senders name them; what has come is kept for ten minutes. One that has taken its place is known for as long, so that who did not hear the answer
/// does not send it again.
/// </summary>
/// <remarks>The last word counts: who sends more of an upload, or asks about it, ends the request that it is received by. That one may hang on a connection which only its sender knows to be lost.</remarks>
internal sealed class FileUploads : IDisposable
{
    /// <summary>Uploads that are known at a time; of more, one that is complete is forgotten, or else the one that was left first.</summary>
    public const int Most = 100;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<(UserId User, string Name), Upload> _uploads = [];

    public FileUploads(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => ForgetOld(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Receives a part, the last one as far as the sender knows; the new version of the file.</summary>
    /// <param name="by">Who sends it.</param>
    /// <param name="part">Which part of what.</param>
    /// <param name="begin">Makes the draft of a new upload.</param>
    /// <param name="receive">Adds the part to the draft and gives it its place. What it throws as <see cref="SessionException"/> ends the upload; after anything else it can go on.</param>
    /// <param name="abort">Ends the sender's request.</param>
    /// <param name="gone">The sender's request has ended.</param>
    /// <exception cref="SessionException">404: nothing is known of an upload that is to go on; 409: it has come to somewhere else, or is of another file; 429: too many are being received.</exception>
    public async Task<string> ReceiveAsync(
        Grant by, UploadPart part, Func<FileDraft> begin, Func<FileDraft, Task<string>> receive, Action abort, CancellationToken gone)
    {
        var key = (by.User, part.Upload);
        var upload = Enter(key, abort, make: true)!;
        try
        {
            await upload.Turn.WaitAsync(gone);
            try
            {
                if (upload.Draft is null && upload.Version is null)
                {
                    if (part.Offset > 0)
                        throw Unknown();
                    upload.Draft = begin();
                }
                if (upload.Draft is not { } draft || !draft.IsFor(part.Path, part.Expected) || draft.Length != part.Offset)
                    throw new SessionException(ErrorCodes.Conflict, "files.upload", "Another part of this upload is due; ask how far it has come.", part.Path);
                upload.Version = await receive(draft);
                upload.Drop();
                return upload.Version;
            }
            catch (SessionException e) when (e.Reason != "files.upload")
            {
                upload.Drop();
                throw;
            }
            finally
            {
                upload.Turn.Release();
            }
        }
        finally
        {
            Leave(key, upload, abort);
        }
    }

    /// <summary>How far an upload has come, once nothing more of it is received.</summary>
    /// <exception cref="SessionException">404: nothing is known of it.</exception>
    public Task<UploadedBytes> AskAsync(Grant by, string name, CancellationToken gone) => AloneAsync(by, name, static upload => new UploadedBytes(upload.Draft?.Length ?? 0, upload.Version), gone);

    /// <summary>Forgets an upload and what has come of it; what has its place stays there.</summary>
    public async Task CancelAsync(Grant by, string name, CancellationToken gone)
    {
        try
        {
            await AloneAsync(by, name, static upload =>
            {
                upload.Drop();
                return true;
            }, gone);
        }
        catch (SessionException e) when (e.Code == ErrorCodes.NotFound)
        {
            // It has ended otherwise.
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            foreach (var upload in _uploads.Values)
                upload.Drop();
            _uploads.Clear();
        }
    }

    private async Task<T> AloneAsync<T>(Grant by, string name, Func<Upload, T> action, CancellationToken gone)
    {
        var key = (by.User, name);
        var upload = Enter(key, null, make: false) ?? throw Unknown();
        try
        {
            await upload.Turn.WaitAsync(gone);
            try
            {
                return upload.Draft is null && upload.Version is null ? throw Unknown() : action(upload);
            }
            finally
            {
                upload.Turn.Release();
            }
        }
        finally
        {
            Leave(key, upload, null);
        }
    }

    /// <summary>Who enters must leave again, and has the upload to itself for one turn; whoever receives it is asked to go.</summary>
    private Upload? Enter((UserId User, string Name) key, Action? abort, bool make)
    {
        Action? before;
        Upload? upload;
        lock (_gate)
        {
            if (!_uploads.TryGetValue(key, out upload))
            {
                if (!make)
                    return null;
                if (_uploads.Count >= Most)
                    ForgetOne();
                if (_uploads.Count == 0)
                    _timer.Change(Look, Look);
                _uploads.Add(key, upload = new Upload());
            }
            upload.Inside++;
            (before, upload.Abort) = (upload.Abort, abort);
        }
        before?.Invoke();
        return upload;
    }

    private void Leave((UserId User, string Name) key, Upload upload, Action? abort)
    {
        lock (_gate)
        {
            if (upload.Abort == abort)
                upload.Abort = null;
            upload.LeftAt = _time.GetUtcNow();
            if (--upload.Inside == 0 && upload.Draft is null && upload.Version is null)
                Forget(key, upload);
        }
    }

    private void ForgetOne()
    {
        var left = _uploads.Where(known => known.Value.Inside == 0).ToList();
        if (left.Count == 0)
            throw new SessionException(ErrorCodes.TooMany, "files.uploads", $"More than {Most} uploads at once; try again when some have ended.");
        var (key, upload) = left.MinBy(known => (known.Value.Draft is not null, known.Value.LeftAt));
        Forget(key, upload);
    }

    private void ForgetOld()
    {
        lock (_gate)
        {
            var before = _time.GetUtcNow() - Kept;
            foreach (var (key, upload) in _uploads.Where(known => known.Value.Inside == 0 && known.Value.LeftAt < before).ToList())
                Forget(key, upload);
        }
    }

    private void Forget((UserId User, string Name) key, Upload upload)
    {
        upload.Drop();
        _uploads.Remove(key);
        if (_uploads.Count == 0)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static SessionException Unknown() => new(ErrorCodes.NotFound, "files.upload", "Nothing is known of this upload; send it from its beginning.");

    private sealed class Upload
    {
        /// <summary>What has come; null before the first part and after the last.</summary>
        public FileDraft? Draft { get; set; }

        /// <summary>Of the file, once it has its place.</summary>
        public string? Version { get; set; }

        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>Ends the request of who entered last.</summary>
        public Action? Abort { get; set; }

        /// <summary>How many have entered and not left.</summary>
        public int Inside { get; set; }

        public DateTimeOffset LeftAt { get; set; }

        public void Drop()
        {
            Draft?.Dispose();
            Draft = null;
        }
    }
}

/// <summary>A part of an upload.</summary>
/// <param name="Upload">What its sender calls it.</param>
/// <param name="Offset">Bytes that came before this part.</param>
/// <param name="Path">Where it will be.</param>
/// <param name="Expected">What is there, as in <see cref="FileDrafts.Begin"/>.</param>
internal sealed record UploadPart(string Upload, long Offset, string Path, string? Expected)
{
    /// <summary>The part that a request brings; null when it brings all of an upload without a name.</summary>
    /// <exception cref="SessionException">400: the name or the offset cannot be.</exception>
    public static UploadPart? Of(HttpRequest request, string path, string? expected) =>
        Query.Name(request.Query, "upload", "files.uploadName") is { } name ? new UploadPart(name, Query.Number(request.Query, "offset", "files.offset"), path, expected) : null;
}
