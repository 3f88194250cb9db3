using System.Net;
using System.Text.RegularExpressions;
using Devex.Core.Tests.Snapshots.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Faults;

/// <summary>S3 behind a proxy, and the ways in which it fails who asks it.</summary>
internal sealed class FailingS3 : IAsyncDisposable
{
    private static readonly Regex Files = new("/users/[^/]+/(packs|pages)/|/roots/", RegexOptions.NonBacktracking);
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(300);

    private readonly FailingProxy _proxy;
    private HttpStatusCode? _failing;
    private bool _filesAway;
    private TaskCompletionSource _silence = Spoken();
    private bool _slow;

    private FailingS3(FailingProxy proxy, Func<string, string, Task> asked)
    {
        _proxy = proxy;
        _proxy.Hold = async (method, path) =>
        {
            await asked(method, path);
            if (_slow)
                await Task.Delay(Slowness);
            await Volatile.Read(ref _silence).Task;
        };
        _proxy.Fail = (_, path) => _failing ?? (_filesAway && Files.IsMatch(path) ? HttpStatusCode.InternalServerError : null);
    }

    public string Url => _proxy.Url;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Each request waits first for what the test does with its method and path.</summary>
    public static async Task<FailingS3> StartAsync(string target, Func<string, string, Task> asked) => new(await FailingProxy.StartAsync(target), asked);

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    /// <summary>It answers everything with a status for so long.</summary>
    public Task FailAsync(HttpStatusCode status, TimeSpan time)
    {
        _failing = status;
        return Task.Delay(time).ContinueWith(_ => _failing = null, TaskScheduler.Default);
    }

    /// <summary>It takes its time for so long.</summary>
    public Task SlowAsync(TimeSpan time)
    {
        _slow = true;
        return Task.Delay(time).ContinueWith(_ => _slow = false, TaskScheduler.Default);
    }

    /// <summary>
    /// Holds up a restore when so much of its pack has come, and does something then; what is still asked for afterwards comes. Only what sessions ask for, by signed URLs: a connection is held
    /// with the answer, even when all of it has come, and Core, which reads a few lines of a pack to show them, would ask for the next thing on the same one.
    /// </summary>
    public async Task WhileRestoringAsync(int percent, Func<Task> begin, Func<Task> act)
    {
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        _proxy.Trickle = (request, length) => request.Method == "GET" && request.Query.ContainsKey("X-Amz-Signature") && request.Path.Value!.Contains("/packs/", StringComparison.Ordinal)
            ? (length * percent / 100, () =>
            {
                reached.TrySetResult();
                return released.Task;
            }
        )
            : null;
        try
        {
            await begin();
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancelled);
            await act();
        }
        finally
        {
            _proxy.Trickle = (_, _) => null;
            released.TrySetResult();
        }
    }

    /// <summary>
    /// It is away, in each of its ways for so long: it answers 500, then 403, then nothing at all. After that it answers for records, so that somebody can ask for things, and not for files,
    /// until <paramref name="stopping"/> is done.
    /// </summary>
    public async Task WhileAwayAsync(TimeSpan each, Func<Task> working, Func<Task> stopping)
    {
        try
        {
            _failing = HttpStatusCode.InternalServerError;
            var work = working();
            await Task.Delay(each, Cancelled);
            _failing = HttpStatusCode.Forbidden;
            await Task.Delay(each, Cancelled);
            Volatile.Write(ref _silence, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _failing = null;
            await Task.Delay(each, Cancelled);
            await work;
            await WhileFilesAreAwayAsync(() =>
            {
                _silence.TrySetResult();
                return stopping();
            });
        }
        finally
        {
            _failing = null;
            _silence.TrySetResult();
        }
    }

    /// <summary>It answers for records, and not for files, until <paramref name="act"/> is done.</summary>
    public async Task WhileFilesAreAwayAsync(Func<Task> act)
    {
        _filesAway = true;
        try
        {
            await act();
        }
        finally
        {
            _filesAway = false;
        }
    }

    private static TaskCompletionSource Spoken()
    {
        var spoken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        spoken.SetResult();
        return spoken;
    }
}
