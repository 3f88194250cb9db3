using Devex.Dashboard.Consoles;

namespace Devex.Dashboard.Tests;

public sealed class AnsiTests
{
    [Theory]
    [InlineData("plain", "plain||")]
    [InlineData("", "")]
    [InlineData("\e[32minfo\e[39m\e[22m\e[49m: up", "info|fg-2|;: up||")]
    [InlineData("\e[1;31mfail\e[0m.", "fail|fg-1 bold|;.||")]
    [InlineData("\e[91;44mx", "x|fg-9 bg-4|")]
    [InlineData("\e[38;5;196mx\e[38;5;3my", "x||color:rgb(255 0 0);y|fg-3|")]
    [InlineData("\e[38;2;300;10;20;1mx", "x|bold|color:rgb(255 10 20)")]
    [InlineData("\e[48;5;250mx", "x||background:rgb(188 188 188)")]
    [InlineData("\e[mx\e[K\e[2Jy", "x||;y||")]
    [InlineData("\e]0;title\ax\e]8;;http://evil\e\\link", "x||;link||")]
    [InlineData("cut \e[3", "cut ||")]
    [InlineData("\e]0;never ends", "")]
    [InlineData("\e[99999999999m\e[38m\e[38;5mx", "x||")]
    public void Colours_are_read_and_all_else_is_left_out(string line, string expected)
    {
        Assert.Equal(expected, string.Join(';', Ansi.Parse(line).Select(run => $"{run.Text}|{run.Classes}|{run.Style}")));
        Assert.Equal(string.Concat(Ansi.Parse(line).Select(run => run.Text)), Ansi.Plain(line));
    }

    [Fact]
    public void No_line_holds_up_the_reader()
    {
        var hostile = string.Concat(Enumerable.Repeat("\e[38;2;1;2;3m\e]8;;x\e[", 2_000));
        Assert.NotNull(Ansi.Parse(hostile));
    }
}
