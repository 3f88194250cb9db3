using Devex.Contracts.Protocol;
using Devex.Runner.Requests;
using Xunit;

namespace Devex.Runner.Tests.Requests;

public sealed class RequestLogTests
{
    private readonly RequestLog _log = new();

    [Fact]
    public void The_last_200_are_kept_and_numbered_as_they_came()
    {
        _log.Add([.. Enumerable.Range(1, 150).Select(n => Request($"{n}"))]);
        _log.Add([.. Enumerable.Range(151, 150).Select(n => Request($"{n}"))]);
        Assert.Equal(Enumerable.Range(101, 200).Select(n => ($"{n}", (long)n)), _log.All.Requests.Select(request => (request.Id, request.Number)));
    }

    [Fact]
    public void A_report_of_more_than_is_kept_leaves_its_last()
    {
        Assert.Equal(200, _log.Add([.. Enumerable.Range(1, 1000).Select(n => Request($"{n}"))]).Requests.Count);
        Assert.Equal("1000", _log.All.Requests[^1].Id);
    }

    [Fact]
    public void What_is_told_again_keeps_its_place_and_number()
    {
        _log.Add([Request("socket") with { Milliseconds = null }, Request("page")]);
        var told = Assert.Single(_log.Add([Request("socket") with { Milliseconds = 900 }]).Requests);
        Assert.Equal((1L, 900d), (told.Number, told.Milliseconds));
        Assert.Equal(["socket", "page"], _log.All.Requests.Select(request => request.Id));
    }

    private static PreviewRequest Request(string id) => new(id, 3000, DateTimeOffset.UnixEpoch, "GET", "/", false, 200, 1, 10, false, false);
}
