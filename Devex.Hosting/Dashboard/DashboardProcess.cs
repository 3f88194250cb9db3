using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Orchestration;
using Devex.Hosting.Parameters;
using Devex.Hosting.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Devex.Hosting.Dashboard;

/// <summary>
/// The dashboard as a child program: it may fail, or be busy with its readers, and nothing that it shows notices. It is told everything
/// again when it starts again.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose.")]
internal sealed class DashboardProcess(
    DashboardChoice choice, IConfiguration configuration, IHostEnvironment host, BuiltPrograms programs, ResourceNotificationService notifications,
    ResourceCommandService commands, ConsoleLog log, AskedParameters parameters, IAppConsole console, TimeProvider time)
{
    private const string Name = "dashboard";

    private readonly CancellationTokenSource _end = new();
    private DashboardSettings? _settings;
    private IReadOnlyCollection<IResource> _processes = [];
    private volatile ChildProcess? _process;
    private Task _running = Task.CompletedTask;
    private int _port;
    private bool _announced;

    /// <summary>Whether this run has one: not when it was declined, nor where its program was not built with the AppHost.</summary>
    public bool IsOn => choice.Wanted && programs.HasDashboard;

    /// <summary>Chooses addresses and puts them where the environments of services are made from.</summary>
    /// <exception cref="DistributedApplicationException">The port that was asked for is taken.</exception>
    public void Prepare()
    {
        if (IsOn)
        {
            _settings = DashboardSettings.Choose(configuration);
            _port = _settings.Port;
        }
    }

    public void Start(IReadOnlyCollection<IResource> processes)
    {
        if (_settings is { } settings)
        {
            _processes = processes;
            _running = RunAsync(settings);
        }
    }

    /// <summary>Ends it: it ends by itself at the end of its input, and is killed if it does not.</summary>
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        _process?.KillAll();
        await _running;
    }

    public void Kill()
    {
        _end.Cancel();
        _process?.KillAll();
    }

    private async Task RunAsync(DashboardSettings settings)
    {
        var backOff = new BackOff();
        while (!_end.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            var problem = await RunOnceAsync(settings);
            if (_end.IsCancellationRequested)
            {
                return;
            }

            var delay = backOff.Next(time.GetElapsedTime(started));
            console.Warn(Name, $"{problem}; starting again in {Durations.Short(delay)}");
            await Task.Delay(delay, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> RunOnceAsync(DashboardSettings settings)
    {
        using var told = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var link = new DashboardLink(_processes, notifications, log, parameters, commands, OnListening, time);
        try
        {
            var program = programs.Dashboard;
            var launch = new Launch(program.Program, program.Arguments, AppContext.BaseDirectory, Variables(settings), Signal.Terminate);
            using var process = await ChildProcess.StartAsync(launch, line => link.Hear(line, _end.Token), line => console.Line(Name, line), talks: true);
            _process = process;
            if (_end.IsCancellationRequested)
            {
                process.KillAll();
            }

            var telling = link.TellAsync(process.Input, told.Token);
            var exitCode = await process.Exited;
            await told.CancelAsync();
            await telling;
            return $"ended {ExitCode.Describe(exitCode)}";
        }
        catch (DistributedApplicationException failure)
        {
            return failure.Message;
        }
        finally
        {
            _process = null;
        }
    }

    /// <summary>A dashboard that starts again is where it was: tabs find it, and need no new login.</summary>
    private void OnListening(int port)
    {
        if (_announced && _port == port)
        {
            return;
        }

        (_announced, _port) = (true, port);
        console.Say(string.Create(CultureInfo.InvariantCulture, $"Dashboard: http://localhost:{port}/login?t={_settings!.Token}"));
        if (parameters.Missing.ToArray() is { Length: > 0 } missing)
        {
            console.Say($"Without a value: {string.Join(", ", missing)}. Give it on the dashboard.");
        }
    }

    private KeyValuePair<string, string>[] Variables(DashboardSettings settings) =>
    [
        new("Dashboard__Application", host.ApplicationName),
        new("Dashboard__Port", _port.ToString(CultureInfo.InvariantCulture)),
        new("Dashboard__OrAnotherPort", settings.OrAnother ? "true" : "false"),
        new("Dashboard__Token", settings.Token),
        new("Dashboard__OtlpGrpcPort", settings.Grpc.Port.ToString(CultureInfo.InvariantCulture)),
        new("Dashboard__OtlpHttpPort", settings.Http.Port.ToString(CultureInfo.InvariantCulture)),
        new("Dashboard__OtlpKey", settings.ApiKey),
        // The compiler's second, better pass is for programs under load.
        new("DOTNET_TieredPGO", "0"),
        new("ASPNETCORE_ENVIRONMENT", host.EnvironmentName),
    ];
}

/// <summary>Whether whoever started the AppHost wants a dashboard.</summary>
internal sealed record DashboardChoice(bool Wanted)
{
    public const string Switch = "--no-dashboard";
}
