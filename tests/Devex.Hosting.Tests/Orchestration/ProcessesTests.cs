using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Devex.Hosting.Endpoints;

namespace Devex.Hosting.Tests.Orchestration;

[Trait("Tier", "integration")]
public sealed class ProcessesTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_crashes_is_started_again_and_its_last_words_are_repeated()
    {
        using var sample = new Sample();
        sample.AddScript("core", "echo up; test -e again && exec sleep 600; touch again; echo last words >&2; exit 7");
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> up", times: 2);
        Assert.Contains("core! ended with exit code 7", sample.Console.Text);
        Assert.Contains("    last words", sample.Console.Text);
        Assert.Contains("core! starting again in 1 s", sample.Console.Text);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_killed_process_is_started_again()
    {
        using var sample = new Sample();
        sample.AddScript("core", "echo pid $$; exec sleep 600");
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> pid");
        Process.GetProcessById(await ProcessIdAsync(app, "core")).Kill();
        await sample.Console.WaitForAsync("core> pid", times: 2);
        Assert.Contains("with exit code 137 (killed)", sample.Console.Text);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Stop_ends_in_reverse_order_and_leaves_nothing_behind()
    {
        using var sample = new Sample();
        var core = sample.AddScript("core", "trap 'echo bye; exit 0' TERM; sleep 600 & echo child $!; wait");
        sample.AddScript("web", "trap 'echo bye; exit 0' TERM; echo up; sleep 600 & wait").WaitFor(core);
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> child");
        await sample.Console.WaitForAsync("web> up");
        var child = int.Parse(sample.Console.Text.Split('\n').First(line => line.StartsWith("core> child ", StringComparison.Ordinal))[12..], CultureInfo.InvariantCulture);
        await app.StopAsync(Cancellation);

        var text = sample.Console.Text;
        Assert.True(text.IndexOf("web> bye", StringComparison.Ordinal) is >= 0 and var web && web < text.IndexOf("core> bye", StringComparison.Ordinal), text);
        // A process that was killed lets go of its output a moment before it is gone.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (IsAlive(child))
            Assert.True(await tick.WaitForNextTickAsync(limit.Token), "A child of a stopped resource is alive.");
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_what_does_not_want_to()
    {
        using var sample = new Sample();
        sample.AddScript("stubborn", "trap '' TERM INT; echo up; while :; do sleep 600; done");
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("stubborn> up");
        using var kill = new CancellationTokenSource();
        var stopping = app.StopAsync(kill.Token);
        Assert.False(stopping.IsCompleted);
        await kill.CancelAsync();
        await stopping;
        Assert.True(app.ResourceNotifications.TryGetCurrentState("stubborn", out var state));
        Assert.Equal(137, state.Snapshot.ExitCode);
    }

    [Fact]
    public async Task A_resource_starts_when_the_one_it_waits_for_has_ended_well()
    {
        using var sample = new Sample();
        var setup = sample.AddScript("setup", "echo done > ready");
        sample.AddScript("core", "cat ready; exec sleep 600").WaitForCompletion(setup);
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> done");
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_taken_port_is_refused_with_its_holder()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var sample = new Sample();
        sample.AddScript("web", "exec sleep 600").WithHttpEndpoint(port: port);
        await using var app = sample.Builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(Cancellation));
        Assert.Contains($"web cannot have port {port}", refusal.Message);
        Assert.Contains($"process {Environment.ProcessId} (", refusal.Message);
        Assert.Contains("--Ports:Web=", refusal.Message);
    }

    [Fact]
    public async Task Two_applications_cannot_have_one_data_folder()
    {
        using var sample = new Sample();
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await using var second = DistributedApplication.CreateBuilder(["--Devex:DataFolder=" + sample.Data]).Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => second.StartAsync(Cancellation));
        Assert.Contains($"in use by process {Environment.ProcessId}.", refusal.Message);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Connections_go_to_the_replicas_in_turn_and_past_a_dead_one()
    {
        using var one = Answering("1");
        using var two = Answering("2");
        var port = Ports.Free();
        await using var proxy = new RoundRobinProxy(port, [Port(one), Ports.Free(), Port(two)]);
        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
            using var reader = new StreamReader(client.GetStream());
            answers.Add(await reader.ReadToEndAsync(Cancellation));
        }

        Assert.Contains("1", answers);
        Assert.Contains("2", answers);
        Assert.DoesNotContain("", answers);
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static TcpListener Answering(string text)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = AnswerAsync(listener, text);
        return listener;
    }

    private static async Task AnswerAsync(TcpListener listener, string text)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(Cancellation);
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), Cancellation);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task<int> ProcessIdAsync(DistributedApplication app, string name) =>
        (await app.ResourceNotifications.WaitForResourceAsync(name, resource => resource.Snapshot.ProcessId is not null, Cancellation)).Snapshot.ProcessId!.Value;

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
