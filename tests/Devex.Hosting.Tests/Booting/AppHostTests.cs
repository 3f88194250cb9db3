using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Devex.Testing;

namespace Devex.Hosting.Tests.Booting;

/// <summary>The real AppHost with the real services and embedded servers.</summary>
[Trait("Tier", "integration")]
public sealed class AppHostTests
{
    private const int Interrupt = 2;
    private const string DashboardLine = "^Dashboard: http://localhost:[0-9]+/login\\?t=[0-9a-f]{32}$";
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Everything_becomes_healthy_without_an_error_and_Ctrl_C_leaves_nothing_behind()
    {
        using var folder = new TempFolder();
        var webPort = FreePort.Next();
        await using var appHost = Start(folder.Path, webPort);
        await appHost.WaitForLineAsync($"Devex is ready: http://localhost:{webPort}", Patience, Cancellation);
        var children = Children(appHost.Id);
        // Redis, S3, Core, Gateway, Web and the dashboard.
        Assert.Equal(6, children.Count);
        using var http = new HttpClient();
        Assert.Equal("Healthy", await http.GetStringAsync($"http://localhost:{webPort}/health", Cancellation));

        appHost.Signal(Interrupt);
        Assert.Equal(0, await appHost.WaitForExitAsync(Patience, Cancellation));
        Assert.Contains("Everything has ended.", appHost.OutputText);
        Assert.All(children, child => Assert.False(IsAlive(child), $"Process {child} is alive."));
        Assert.DoesNotContain(appHost.Output, line => line.Contains("| fail:", StringComparison.Ordinal) || line.Contains("| crit:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_killed_service_and_a_killed_dashboard_are_there_again()
    {
        using var folder = new TempFolder();
        var gateway = FreePort.Next();
        await using var appHost = Start(folder.Path, FreePort.Next(), $"--Ports:Gateway={gateway}", $"--Ports:Dashboard={FreePort.Next()}");
        await appHost.WaitForLineAsync(DashboardLine, Patience, Cancellation);
        await appHost.WaitForLineAsync("Devex is ready", Patience, Cancellation);
        var address = appHost.Output.First(line => line.StartsWith("Dashboard: ", StringComparison.Ordinal))["Dashboard: ".Length..];
        foreach (var program in (string[])["Devex.Gateway", "Devex.Dashboard"])
        {
            Process.GetProcessById(Children(appHost.Id).Single(child => Program(child) == program)).Kill();
        }

        await appHost.WaitForLineAsync("gateway +\\| ended with exit code 137", Patience, Cancellation);
        await appHost.WaitForLineAsync("dashboard +\\| ended with exit code 137", Patience, Cancellation);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await AnswersAsync(address, answer => answer.Headers.Location?.OriginalString == "/")
            || !await AnswersAsync($"http://localhost:{gateway}/health", answer => answer.IsSuccessStatusCode))
        {
            await tick.WaitForNextTickAsync(limit.Token);
        }

        appHost.Signal(Interrupt);
        Assert.Equal(0, await appHost.WaitForExitAsync(Patience, Cancellation));

        async Task<bool> AnswersAsync(string url, Func<HttpResponseMessage, bool> isIt)
        {
            try
            {
                using var answer = await http.GetAsync(url, limit.Token);
                return isIt(answer);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Without_a_dashboard_there_is_none()
    {
        using var folder = new TempFolder();
        await using var appHost = Start(folder.Path, FreePort.Next(), "--no-dashboard", "--resource=core");
        await appHost.WaitForLineAsync("Devex is ready", Patience, Cancellation);
        Assert.Equal(["Devex.Core", "Devex.EmbeddedRedis", "Devex.EmbeddedS3"], Children(appHost.Id).Select(Program).Order());
        Assert.DoesNotContain("Dashboard:", appHost.OutputText);
    }

    [Fact]
    public async Task Two_that_start_at_once_have_a_dashboard_each()
    {
        using var folders = new TempFolder();
        await using var one = Start(folders["one"], FreePort.Next(), "--resource=redis");
        await using var other = Start(folders["other"], FreePort.Next(), "--resource=redis");
        foreach (var appHost in (ProgramProcess[])[one, other])
        {
            await appHost.WaitForLineAsync("^Dashboard: http://localhost:", Patience, Cancellation);
            Assert.DoesNotContain(appHost.Output, line => line.Contains("address already in use", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_dashboard_whose_port_somebody_took_while_it_was_away_says_its_new_one()
    {
        using var folder = new TempFolder();
        await using var appHost = Start(folder.Path, FreePort.Next(), "--resource=redis");
        await appHost.WaitForLineAsync(DashboardLine, Patience, Cancellation);
        var first = Dashboards().Single();
        Process.GetProcessById(Children(appHost.Id).Single(child => Program(child) == "Devex.Dashboard")).Kill();
        using var thief = await ListenAsync(first.Port);

        await appHost.WaitForLineAsync($"^Dashboard: http://localhost:(?!{first.Port}/)", Patience, Cancellation);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(Dashboards().Last(), Cancellation);
        Assert.Equal("/", answer.Headers.Location?.OriginalString);

        IEnumerable<Uri> Dashboards() => appHost.Output.Where(line => line.StartsWith("Dashboard: ", StringComparison.Ordinal))
            .Select(line => new Uri(line["Dashboard: ".Length..]));
    }

    [Fact]
    public async Task Killing_the_AppHost_leaves_no_child()
    {
        using var folder = new TempFolder();
        await using var appHost = Start(folder.Path, FreePort.Next());
        await appHost.WaitForLineAsync("redis +\\| is healthy|Devex is ready", Patience, Cancellation);
        var children = Children(appHost.Id);
        Assert.NotEmpty(children);

        await appHost.KillAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (children.Any(IsAlive))
        {
            await tick.WaitForNextTickAsync(limit.Token);
        }
    }

    [Fact]
    public async Task A_second_AppHost_on_the_same_folder_names_the_first_and_ends_with_1()
    {
        using var folder = new TempFolder();
        await using var first = Start(folder.Path, FreePort.Next());
        await first.WaitForLineAsync("redis", Patience, Cancellation);
        await using var second = Start(folder.Path, FreePort.Next());
        Assert.Equal(1, await second.WaitForExitAsync(Patience, Cancellation));
        Assert.Contains($"in use by process {first.Id}.", second.OutputText);
    }

    private static ProgramProcess Start(string folder, int webPort, params string[] more) => ProgramProcess.Start(
        BuiltProgram.Path("Devex.AppHost"),
        [$"--Ports:Web={webPort}", $"--Ports:Gateway={FreePort.Next()}", $"--Devex:DataFolder={folder}", .. more],
        new Dictionary<string, string?> { ["DOTNET_ENVIRONMENT"] = "Development" });

    /// <summary>Listens at a port of 127.0.0.1 as soon as whoever has it is gone.</summary>
    private static async Task<TcpListener> ListenAsync(int port)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException)
            {
                listener.Dispose();
                await tick.WaitForNextTickAsync(limit.Token);
            }
        }
    }

    private static string? Program(int pid) => Path.GetFileName(File.ReadAllText($"/proc/{pid}/cmdline").Split('\0')
        .FirstOrDefault(argument => Path.GetFileName(argument).StartsWith("Devex.", StringComparison.Ordinal)));

    private static List<int> Children(int parent) => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => Path.GetFileName(path)).Where(name => char.IsAsciiDigit(name[0]))
        .Where(name => Parent(name) == parent).Select(name => int.Parse(name, CultureInfo.InvariantCulture))];

    private static int? Parent(string pid) => Stat(pid) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : null;

    private static bool IsAlive(int pid) => Stat(pid.ToString(CultureInfo.InvariantCulture)) is { } fields && fields[0] != "Z";

    /// <summary>State and parent and what follows in <c>/proc/{pid}/stat</c>, after the name, which may hold anything.</summary>
    private static string[]? Stat(string pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
