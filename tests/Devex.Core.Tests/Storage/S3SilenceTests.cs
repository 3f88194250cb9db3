using Devex.Core.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Core.Tests.Storage;

public sealed class S3SilenceTests
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly Silence _silence;

    public S3SilenceTests() => _silence = new Silence(Between, _time);

    [Fact]
    public async Task After_three_in_a_row_one_of_many_asks_each_time_it_is_time()
    {
        Fall();
        for (var turn = 0; turn < 5; turn++)
        {
            Assert.False(MayAsk());
            _time.Advance(Between);
            var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(MayAsk)));
            Assert.Single(asked, true);
            if (turn % 2 == 0)
                _silence.Unanswered();
        }
    }

    [Fact]
    public void Any_answer_lets_all_through()
    {
        Fall();
        Assert.False(MayAsk());
        _time.Advance(Between);
        Assert.True(_silence.MayAsk(out var first) && first);
        _silence.Answered();
        Assert.True(_silence.MayAsk(out first) && !first);
        Assert.True(MayAsk());
    }

    [Fact]
    public void Failures_between_answers_are_no_silence()
    {
        for (var turn = 0; turn < 10; turn++)
        {
            _silence.Unanswered();
            _silence.Unanswered();
            Assert.True(MayAsk());
            _silence.Answered();
        }
    }

    private bool MayAsk() => _silence.MayAsk(out _);

    private void Fall()
    {
        for (var request = 0; request < 3; request++)
        {
            Assert.True(MayAsk());
            _silence.Unanswered();
        }
    }
}
