using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Tests.Model;

public sealed class CommandsTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_is_executed_by_its_name_and_a_later_one_replaces_it()
    {
        using var sample = new Sample();
        sample.AddScript("core", "").WithCommand("greet", "Greet", _ => throw new InvalidOperationException("replaced"))
            .WithCommand("greet", "Greet", context => Task.FromResult(CommandResults.Success($"Hello from {context.ResourceName}")));
        await using var app = sample.Builder.Build();
        var result = await app.ResourceCommands.ExecuteCommandAsync("CORE", "greet", Cancellation);
        Assert.True(result.Success);
        Assert.Equal("Hello from core", result.Message);
    }

    [Fact]
    public async Task What_cannot_be_executed_and_what_fails_says_why()
    {
        using var sample = new Sample();
        sample.AddScript("core", "").WithCommand("fail", "Fail", _ => throw new InvalidOperationException("no paper"))
            .WithCommand("wait", "Wait", context => Task.FromCanceled<ExecuteCommandResult>(new CancellationToken(canceled: true)));
        await using var app = sample.Builder.Build();
        Assert.Equal("no paper", (await app.ResourceCommands.ExecuteCommandAsync("core", "fail", Cancellation)).Message);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("core", "wait", Cancellation)).Canceled);
        Assert.Equal("The resource 'core' has no command 'nothing'.", (await app.ResourceCommands.ExecuteCommandAsync("core", "nothing", Cancellation)).Message);
        Assert.Equal("There is no resource 'nobody'.", (await app.ResourceCommands.ExecuteCommandAsync("nobody", "fail", Cancellation)).Message);
    }

    [Fact]
    public async Task An_image_that_would_have_to_be_built_is_refused_in_words()
    {
        using var sample = new Sample();
        sample.Builder.AddDockerfile("box", "context").WithBuildArg("BASE", "debian");
        await using var app = sample.Builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(Cancellation));
        Assert.Contains(Path.Combine(sample.Folder, "context", "Dockerfile"), refusal.Message);
        Assert.Throws<InvalidOperationException>(() => sample.Builder.AddContainer("plain", "image").WithBuildArg("A", "b"));
    }
}
