using Devex.Web.Layout;
using Microsoft.AspNetCore.Components;
using Xunit;

namespace Devex.Web.Tests;

public sealed class FirstPaintTests
{
    [Theory]
    [InlineData(1_000, true)]
    [InlineData(100_000, true)]
    [InlineData(200_000, false)]
    public void What_would_not_fit_into_one_message_is_not_kept(int length, bool kept)
    {
        var value = new string('x', length);
        Assert.Equal(kept ? value : null, FirstPaint.IfSmall(value));
    }

    [Fact]
    public async Task What_takes_longer_than_a_moment_keeps_no_page_back()
    {
        var loading = new TaskCompletionSource();
        await FirstPaint.WaitAsync(new RendererInfo("Static", isInteractive: false), loading.Task);
        Assert.False(loading.Task.IsCompleted);

        var circuit = FirstPaint.WaitAsync(new RendererInfo("Server", isInteractive: true), loading.Task);
        Assert.False(circuit.IsCompleted);
        loading.SetResult();
        await circuit;
    }

    [Fact]
    public async Task What_fails_at_once_is_told_at_once() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => FirstPaint.WaitAsync(new RendererInfo("Static", isInteractive: false), Task.FromException(new InvalidOperationException())));
}
