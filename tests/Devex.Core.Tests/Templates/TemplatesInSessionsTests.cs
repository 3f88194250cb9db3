using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Core.Repls;
using Devex.Core.Runtimes.Process;
using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Devex.Testing.Runner;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Templates;

/// <summary>Each template of this repository as a person meets it: a REPL is made from it, starts in the Process runtime, and Run is pressed.</summary>
[Trait("Tier", "integration")]
public sealed class TemplatesInSessionsTests(TemplatesInSessionsTests.Host host) : IClassFixture<TemplatesInSessionsTests.Host>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ShippedTemplatesTests.Keys), MemberType = typeof(ShippedTemplatesTests))]
    public async Task Its_run_command_works_in_the_sandbox(string key)
    {
        var core = host.Core.Services;
        var template = core.GetRequiredService<ITemplates>().Find(key) ?? throw new InvalidOperationException($"templates/{key} has no template.json.");
        Assert.SkipWhen(core.GetRequiredService<ISessions>().Refuse(key) is not null, $"{string.Join(" or ", template.Tools)} is not installed.");
        Assert.NotNull(template.RunCommand);
        var repl = await host.StartReplAsync(key, Cancelled);
        var location = await core.GetRequiredService<ISessions>().LocateAsync(repl.Id, Cancelled);
        using var signer = new RunnerSigner();
        using var client = new RunnerClient(location!.Address, repl.Id, signer);
        var ticket = await core.GetRequiredService<ISessions>().IssueTicketAsync(repl, new UserSummary(repl.Owner, "ada", "Ada", null), Role.Owner, Cancelled);
        await using var session = await RunnerSession.BeginAsync(
            client, await client.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket!.Ticket, CoreHost.WebOrigin, Cancelled), Cancelled);

        await session.CallAsync("run.start", new StartRun(), ProtocolJson.Default.StartRun, ProtocolJson.Default.RunStatus, Cancelled);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromMinutes(4));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await tick.WaitForNextTickAsync(limit.Token))
        {
            var run = await session.CallAsync("run.status", new Nothing(), ProtocolJson.Default.Nothing, ProtocolJson.Default.RunStatus, limit.Token);
            if (template.Ports is [var port, ..])
            {
                Assert.True(run.Running, $"{template.RunCommand} ended with {run.ExitCode}.");
                if (!(await session.PortsAsync()).Contains(port))
                    continue;
                Assert.Matches("^HTTP/1\\.[01] 200 ", await GetThroughTunnelAsync(location.Address, location.TunnelToken, port, limit.Token));
                return;
            }
            if (run.Running)
                continue;
            Assert.Equal(0, run.ExitCode);
            return;
        }
    }

    /// <summary>The first page of a program, as the Gateway gets it.</summary>
    private static async Task<string> GetThroughTunnelAsync(string address, string token, int port, CancellationToken cancellation)
    {
        using var socket = await RunnerClient.DialAsync(address, cancellation);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var upgrade = $"GET /ports/{port} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: devex-tunnel\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(upgrade), cancellation);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var line = await reader.ReadLineAsync(cancellation);
        Assert.StartsWith("HTTP/1.1 101", line, StringComparison.Ordinal);
        while (await reader.ReadLineAsync(cancellation) is not "")
        {
            // The rest of the head.
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"), cancellation);
        return await reader.ReadLineAsync(cancellation) ?? "";
    }

    /// <summary>The whole of Core with the real runner, Redis and S3.</summary>
    public sealed class Host(Stores stores) : IAsyncLifetime
    {
        private readonly TempFolder _folder = new("devex-templates-");

        internal WebApplication Core { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var settings = await CoreHost.SettingsAsync(stores, "templates");
            settings["Core:SessionPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
            settings["Runtime:Process:DataFolder"] = _folder["data"];
            settings["Runtime:Process:Runner"] = BuiltProgram.Path("Devex.Runner");
            settings["Templates:Folder"] = Path.Combine(BuiltProgram.RepositoryRoot, "templates");
            Core = CoreApplication.Create([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
            await Core.StartAsync();
        }

        internal async Task<ReplRecord> StartReplAsync(string template, CancellationToken cancellation)
        {
            var repl = new ReplRecord
            {
                Id = ReplId.New(),
                Owner = UserId.Local("ada"),
                Name = template,
                Template = template,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Desired = DesiredState.Running,
            };
            await Core.Services.GetRequiredService<ISnapshots>().CreateFromTemplateAsync(repl.Owner, repl.Id, template, cancellation);
            await Core.Services.GetRequiredService<ReplRecords>().CreateAsync(repl, cancellation);
            var sessions = Core.Services.GetRequiredService<ISessions>();
            await sessions.WakeAsync(repl, cancellation);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(90));
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (await tick.WaitForNextTickAsync(limit.Token))
            {
                var view = await sessions.GetAsync(repl.Owner, repl.Id, limit.Token);
                if (view.State is ReplState.Running)
                    return repl;
                if (view is { State: ReplState.Stopped, Problem: { } problem })
                    throw new InvalidOperationException(problem);
            }
            throw new TimeoutException();
        }

        public async ValueTask DisposeAsync()
        {
            var runtime = Core.Services.GetRequiredService<ProcessRuntime>();
            var run = Core.Services.GetRequiredService<ProcessFolders>().Run;
            await Core.Services.GetRequiredService<Reconciler>().StopAsync(CancellationToken.None);
            foreach (var session in await runtime.ListAsync(CancellationToken.None))
                await runtime.RemoveAsync(session, CancellationToken.None);
            await Core.StopAsync();
            await Core.DisposeAsync();
            Directory.Delete(run, recursive: true);
            _folder.Dispose();
        }
    }
}
