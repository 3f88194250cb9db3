using Devex.Contracts;
using Devex.Core.Tests.Snapshots.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

[Trait("Tier", "integration")]
public sealed class CreateAndForkTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    [Fact]
    public async Task Creating_and_forking_take_a_fixed_number_of_requests_to_s3()
    {
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id);
        await session.RunAsync("restore");
        for (var i = 0; i < 300; i++)
            File.WriteAllText(session[$"workspace/{i}"], $"{i}");
        await session.RunAsync("save", "--attempt", "stop");

        var create = await CountAsync(() => stack.CreateReplAsync());
        var fork = await CountAsync(() => stack.Snapshots.ForkAsync(stack.Owner, id, ReplId.New(), CancellationToken.None));

        Assert.Equal(["PUT"], create);
        Assert.Equal(["GET", "GET", "PUT"], fork);
    }

    [Fact]
    public async Task A_fork_goes_its_own_way()
    {
        var id = await stack.CreateReplAsync();
        var copy = ReplId.New();
        await stack.Snapshots.ForkAsync(stack.Owner, id, copy, CancellationToken.None);
        using var session = stack.CreateSession(copy);
        await session.RunAsync("restore");
        File.WriteAllText(session["workspace/src/main.py"], "changed\n");
        await session.RunAsync("save", "--attempt", "stop");

        Assert.Equal("changed\n", await stack.Snapshots.ReadTextAsync(stack.Owner, copy, "src/main.py", 1000, CancellationToken.None));
        Assert.Equal("print('hello')\n", await stack.Snapshots.ReadTextAsync(stack.Owner, id, "src/main.py", 1000, CancellationToken.None));
    }

    [Fact]
    public async Task Text_is_read_to_a_limit_and_only_where_it_is_text()
    {
        var id = await stack.CreateReplAsync();

        Assert.Equal("print", await stack.Snapshots.ReadTextAsync(stack.Owner, id, "src/main.py", 5, CancellationToken.None));
        Assert.Null(await stack.Snapshots.ReadTextAsync(stack.Owner, id, "src", 5, CancellationToken.None));
        Assert.Null(await stack.Snapshots.ReadTextAsync(stack.Owner, id, "latest", 5, CancellationToken.None));
        Assert.Null(await stack.Snapshots.ReadTextAsync(stack.Owner, id, "../home/x", 5, CancellationToken.None));
        Assert.Null(await stack.Snapshots.ReadTextAsync(stack.Owner, ReplId.New(), "src/main.py", 5, CancellationToken.None));
    }

    [Fact]
    public async Task Creating_twice_gives_the_first()
    {
        var id = await stack.CreateReplAsync();
        var again = await stack.Snapshots.CreateFromTemplateAsync(stack.Owner, id, "tiny", CancellationToken.None);

        Assert.Equal(1, again.Root);
        Assert.Equal((await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Hash, again.Hash);
        Assert.Equal(2, again.Files);
    }

    private async Task<List<string>> CountAsync(Func<Task> action)
    {
        stack.Proxy.Requests.Clear();
        await action();
        return [.. stack.Proxy.Requests.Select(request => request.Method)];
    }
}
