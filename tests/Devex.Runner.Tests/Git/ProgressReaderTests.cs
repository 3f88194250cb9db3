using Devex.Contracts.Protocol;
using Devex.Runner.Git;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Git;

public sealed class ProgressReaderTests
{
    [Fact]
    public void Progress_is_told_as_it_goes_on_and_the_rest_kept_without_hints()
    {
        var time = new FakeTimeProvider();
        var told = new List<GitProgress>();
        var reader = new ProgressReader(time, told.Add);
        reader.Take("Enumerating objects: 6, done.\nCounting objects:  16% (1/6)\rCounting obj");
        reader.Take("ects:  33% (2/6)\rCounting objects: 100% (6/6), done.\n");
        reader.Take("remote: Compressing objects:   0% (0/3)        \r");
        time.Advance(TimeSpan.FromSeconds(1));
        reader.Take("remote: Compressing objects:  33% (1/3)        \rhint: a hint\nerror: failed to push\n\nfatal: no\nhint: another\n");
        // What follows within a moment is not worth a message; the end always is.
        Assert.Equal([new("Counting objects", 16), new("Counting objects", 100), new("Compressing objects", 0), new("Compressing objects", 33)], told);
        Assert.Equal("Enumerating objects: 6, done.\nerror: failed to push\nfatal: no", reader.Said);
    }

    [Fact]
    public void A_line_without_end_and_lines_without_number_stay_bounded()
    {
        var reader = new ProgressReader(new FakeTimeProvider(), _ => { });
        reader.Take(new string('x', 1_000_000));
        for (var i = 0; i < 10_000; i++)
            reader.Take($"\nline {i}");
        Assert.InRange(reader.Said.Length, 1, 70_000);
        Assert.EndsWith("line 9998", reader.Said, StringComparison.Ordinal);
    }
}
