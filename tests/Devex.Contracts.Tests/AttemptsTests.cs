using System.Threading.Channels;
using Devex.Contracts.Connections;
using Xunit;

namespace Devex.Contracts.Tests;

public sealed class AttemptsTests
{
    private const int AtMost = 3;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly Channel<Attempt> _begun = Channel.CreateUnbounded<Attempt>();

    [Fact]
    public async Task One_that_succeeds_is_the_only_one()
    {
        var first = FirstAsync(Never, Cancellation);
        var only = await NextAsync();
        only.Succeed();
        Assert.Same(only.Result, await first);
        Assert.False(only.Result.IsDisposed);
        Assert.False(_begun.Reader.TryRead(out _));
    }

    [Fact]
    public async Task One_that_fails_is_not_repeated()
    {
        var first = FirstAsync(Never, Cancellation);
        (await NextAsync()).Fail("refused");
        Assert.Equal("refused", (await Assert.ThrowsAsync<IOException>(() => first)).Message);
        Assert.False(_begun.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Beside_one_that_hangs_another_begins_and_the_one_that_succeeds_counts()
    {
        var first = FirstAsync(Soon, Cancellation);
        var (hanging, good) = (await NextAsync(), await NextAsync());
        good.Succeed();
        Assert.Same(good.Result, await first);
        Assert.True(hanging.Cancellation.IsCancellationRequested);

        hanging.Succeed();
        Assert.True(hanging.Result.IsDisposed);
        Assert.False(good.Result.IsDisposed);
    }

    [Fact]
    public async Task One_that_fails_beside_one_that_hangs_ends_nothing()
    {
        var first = FirstAsync(Soon, Cancellation);
        var hanging = await NextAsync();
        (await NextAsync()).Fail("refused");
        (await NextAsync()).Fail("refused, too");
        hanging.Succeed();
        Assert.Same(hanging.Result, await first);
    }

    [Fact]
    public async Task There_are_no_more_than_so_many_and_the_last_failure_is_told()
    {
        var first = FirstAsync(Soon, Cancellation);
        var all = new[] { await NextAsync(), await NextAsync(), await NextAsync() };
        foreach (var attempt in all[..^1])
        {
            attempt.Fail("refused");
        }

        Assert.False(first.IsCompleted);
        all[^1].Fail("refused at last");
        Assert.Equal("refused at last", (await Assert.ThrowsAsync<IOException>(() => first)).Message);
        Assert.False(_begun.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Whoever_gives_up_cancels_all()
    {
        using var giveUp = new CancellationTokenSource();
        var first = FirstAsync(Soon, giveUp.Token);
        var begun = new[] { await NextAsync(), await NextAsync() };
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.All(begun, attempt => Assert.True(attempt.Cancellation.IsCancellationRequested));
    }

    private Task<Connection> FirstAsync(TimeSpan beside, CancellationToken cancellation) => Attempts.FirstAsync(Begin, beside, AtMost, TimeProvider.System, cancellation);

    private Task<Connection> Begin(CancellationToken cancellation)
    {
        var attempt = new Attempt(cancellation);
        Assert.True(_begun.Writer.TryWrite(attempt));
        return attempt.Task;
    }

    private ValueTask<Attempt> NextAsync() => _begun.Reader.ReadAsync(Cancellation);

    private sealed class Attempt(CancellationToken cancellation)
    {
        private readonly TaskCompletionSource<Connection> _source = new();

        public CancellationToken Cancellation => cancellation;

        public Connection Result { get; } = new();

        public Task<Connection> Task => _source.Task;

        public void Succeed() => _source.SetResult(Result);

        public void Fail(string why) => _source.SetException(new IOException(why));
    }

    private sealed class Connection : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
