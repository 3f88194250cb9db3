using System.Net;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.Snapshots.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Repls;

/// <summary>What people can still do while S3 takes requests and answers none.</summary>
[Trait("Tier", "integration")]
public sealed class SilentS3Tests(Stores stores)
{
    private const string Bucket = "unanswered";

    // Without a limit, one that waits for S3 would wait for half a minute, and then fail.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Running_REPLs_are_listed_and_entered_and_when_they_were_is_written_afterwards()
    {
        await stores.StartAsync(Bucket);
        await using var s3 = await FailingProxy.StartAsync(stores.S3.ServiceUrl);
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["S3:ServiceUrl"] = s3.Url }, bucket: Bucket);
        using var ada = await Browser.SignedInAsync(core);
        var made = await ada.CreateAsync("node");
        using var started = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/start");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);

        var (silence, asked) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        s3.Hold = (method, path) =>
        {
            if (path.EndsWith("/repl.json", StringComparison.Ordinal))
                asked.TrySetResult();
            return silence.Task;
        };
        try
        {
            using var ticket = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{made.Id}/tickets").WaitAsync(Soon, Cancelled);
            Assert.Equal(HttpStatusCode.OK, ticket.StatusCode);
            await asked.Task.WaitAsync(Soon, Cancelled);
            var listed = Assert.Single(await ada.ListAsync().WaitAsync(Soon, Cancelled));
            Assert.Equal((made.Id, ReplState.Running, null), (listed.Id, listed.State, listed.LastOpenedAt));
        }
        finally
        {
            silence.SetResult();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Soon);
        while ((await ada.GetAsync($"/api/repls/{made.Id}")).LastOpenedAt is null)
            await Task.Delay(20, limit.Token);
    }
}
