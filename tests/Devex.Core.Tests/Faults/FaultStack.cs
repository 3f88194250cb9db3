using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Runtimes.Process;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.Processes;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Core.Tests.Faults;

/// <summary>
/// Redis, S3 behind a proxy, two replicas of Core over one machine, and the Gateway, all programs of their own, and a way to have one fail at a moment.
/// <code>
/// page ─► Gateway ─► serve        restore, saver, save ─┬─► proxy ─► S3
///            └─► Core 0, Core 1 ◄───────────────────────┘     ▲
///                  └── Redis   └──────────────────────────────┘
/// </code>
/// </summary>
public sealed class FaultStack : IAsyncLifetime
{
    private const string Bucket = "faults";
    private const int Stop = 19;
    private const int Continue = 18;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    private readonly Stores _stores = new();
    private readonly TempFolder _folder = new("devex-faults-");
    private readonly CoreProcess?[] _cores = new CoreProcess?[2];
    private readonly int _gatewayPort = FreePort.Next();
    private readonly Lock _gate = new();
    private readonly List<string> _told = [];
    private RedisServer _redis = null!;
    private FailingS3 _s3 = null!;
    private ProgramProcess _gateway = null!;
    private SessionFolders? _any;
    private FaultRepl? _free;
    private int _last;
    private ArmedFault? _armed;

    internal FailingS3 S3 => _s3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await _stores.StartAsync(Bucket);
        _s3 = await FailingS3.StartAsync(_stores.S3.ServiceUrl, AskedAsync);
        var ports = (int[])[FreePort.Next(), FreePort.Next()];
        await StartCoreAsync(0, ports[0]);
        await StartCoreAsync(1, ports[1]);
        StartGateway();
        await _gateway.WaitForLineAsync("Now listening on", TimeSpan.FromMinutes(4));
    }

    public async ValueTask DisposeAsync()
    {
        if (_free is not null)
            await _free.DisposeAsync();
        // The first ends what a failed test left running; the other has nothing left to do.
        foreach (var core in _cores.OfType<CoreProcess>())
            await core.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_s3 is not null)
            await _s3.DisposeAsync();
        await _stores.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A stopped REPL: that of the last life, or a new one.</summary>
    internal async Task<FaultRepl> TakeReplAsync()
    {
        if (_free is { } free)
        {
            _free = null;
            return free;
        }
        using var answer = await AskAsync(HttpMethod.Post, "/api/repls", () => JsonContent.Create(new CreateRepl(null, "bash")));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return new FaultRepl(this, (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled))!.Id);
    }

    internal void Return(FaultRepl repl) => _free = repl;

    internal SessionFolders Folders(ReplId id) => _any! with { Id = id };

    /// <summary>A REPL's host, through the Gateway. What the client signs itself counts for nothing.</summary>
    internal RunnerClient Enter(ReplId id) => new($"http://127.0.0.1:{_gatewayPort}", id, new RunnerSigner());

    /// <summary>Asks whichever replica answers; an answer of 503 where none does.</summary>
    internal async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, Func<HttpContent>? content = null)
    {
        for (var replica = 0; replica < _cores.Length; replica++)
        {
            if (Volatile.Read(ref _cores[replica]) is not { } core)
                continue;
            try
            {
                var answer = await core.SendAsync(method, path, content?.Invoke()).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
                if (answer.StatusCode < HttpStatusCode.InternalServerError || replica == _cores.Length - 1)
                    return answer;
                answer.Dispose();
            }
            catch (Exception e) when (e is HttpRequestException or TimeoutException or ObjectDisposedException)
            {
                // The next one may know more.
            }
        }
        return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
    }

    /// <summary>Does something, during which one thing fails at one moment and comes back.</summary>
    internal async Task DuringAsync(FaultKind kind, FaultPoint point, FaultRepl repl, Func<Task> act)
    {
        var armed = new ArmedFault(repl.Id, point, () => InflictAsync(kind, repl.Id));
        lock (_gate)
            _armed = armed;
        await act();
        // What Core says of its last step may be read after that step is done.
        if (await Task.WhenAny(armed.Fired, Task.Delay(Late, Cancelled)) != armed.Fired)
            Assert.Fail($"{point} was never reached.\n{Told(repl.Id)}");
        lock (_gate)
            _armed = null;
        await await armed.Fired;
    }

    /// <summary>What no restore point names is condemned and deleted; then nothing is left but what they name.</summary>
    internal async Task NoObjectIsLeftAsync()
    {
        var report = await CollectAsync(HttpMethod.Post);
        report = await CollectAsync(HttpMethod.Post);
        report = await CollectAsync(HttpMethod.Get);
        Assert.Equal((0, 0), (report.Condemned, report.Deleted));
        using var client = _stores.S3.CreateClient();
        var objects = 0;
        foreach (var folder in (string[])["packs", "pages"])
            objects += (await client.ListObjectsV2Async(new() { BucketName = Bucket, Prefix = $"users/local-ada/{folder}/" }, Cancelled)).S3Objects?.Count ?? 0;
        Assert.Equal(report.Live, objects);
    }

    /// <summary>What the replicas said of a REPL, for people who read a failure.</summary>
    internal string Told(ReplId id)
    {
        lock (_gate)
            return string.Join('\n', _told.Where(line => line.Contains(id.ToString(), StringComparison.Ordinal)).TakeLast(60));
    }

    private async Task<CollectionReport> CollectAsync(HttpMethod method)
    {
        while (true)
        {
            using var answer = await AskAsync(method, "/api/operator/users/local-ada/collection");
            if (answer.IsSuccessStatusCode)
                return (await answer.Content.ReadFromJsonAsync<CollectionReport>(Cancelled))!;
            Assert.True(answer.StatusCode is HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError, $"{answer.StatusCode}");
            await Task.Delay(50, Cancelled);
        }
    }

    /// <summary>Has it fail; what is returned completes when everything is back.</summary>
    private async Task<Task> InflictAsync(FaultKind kind, ReplId id)
    {
        var replica = _last;
        var core = _cores[replica]!;
        switch (kind)
        {
            case FaultKind.ServeKilled:
                await SessionKiller.KillAsync(core, id, name => name == "serve");
                return Task.CompletedTask;
            case FaultKind.WriterKilled:
                await SessionKiller.KillAsync(core, id, name => name != "serve");
                return Task.CompletedTask;
            case FaultKind.CoreKilled:
                Volatile.Write(ref _cores[replica], null);
                await core.Program.KillAsync();
                return Task.Run(async () =>
                {
                    await core.DisposeAsync();
                    await StartCoreAsync(replica, core.Port);
                });
            case FaultKind.CoreFrozen:
                core.Program.Signal(Stop);
                Volatile.Write(ref _cores[replica], null);
                return Task.Run(async () =>
                {
                    await Task.Delay(Lease * 2);
                    core.Program.Signal(Continue);
                    Volatile.Write(ref _cores[replica], core);
                });
            case FaultKind.GatewayKilled:
                await _gateway.KillAsync();
                await _gateway.DisposeAsync();
                StartGateway();
                return _gateway.WaitForLineAsync("Now listening on", TimeSpan.FromMinutes(4));
            case FaultKind.RedisEmptied:
                await _redis.Program.KillAsync();
                return _redis.RestartAsync();
            case FaultKind.S3Killed:
                await _stores.S3.Program.KillAsync();
                return _stores.S3.RestartAsync();
            case FaultKind.S3Failing or FaultKind.S3Denying:
                return _s3.FailAsync(kind is FaultKind.S3Failing ? HttpStatusCode.InternalServerError : HttpStatusCode.Forbidden, Outage);
            default:
                return _s3.SlowAsync(Outage * 2);
        }
    }

    private async Task AskedAsync(string method, string path)
    {
        ArmedFault? armed;
        lock (_gate)
            armed = _armed;
        if (armed is { Point.Phase: FaultPhase.Edit } && method == "PUT" && path.Contains($"/{armed.Point.Step.ToLowerInvariant()}s/", StringComparison.Ordinal) && path.Contains("/local-ada/", StringComparison.Ordinal))
            await armed.FireAsync();
    }

    private void Hear(int replica, string line)
    {
        ArmedFault? armed;
        lock (_gate)
        {
            _told.Add($"{replica}: {line}");
            armed = _armed;
        }
        if (armed is null || Regex.Match(line, $@"{armed.Id}: session \w+: (\w+)") is not { Success: true } step)
            return;
        _last = replica;
        if (step.Groups[1].Value == armed.Point.Step)
            _ = armed.FireAsync();
    }

    private async Task StartCoreAsync(int replica, int port)
    {
        var core = await CoreProcess.StartAsync(_stores, Bucket, _folder, new Dictionary<string, string?>
        {
            ["S3:ServiceUrl"] = _s3.Url,
            ["S3:SessionEndpoint"] = _s3.Url,
            ["Hosts:Repl"] = $"http://repl.localhost:{_gatewayPort}",
            ["Hosts:Preview"] = $"http://preview.localhost:{_gatewayPort}",
            ["Hosts:Internal:0"] = "127.0.0.1",
            ["Auth:Operators"] = "local-ada",
            ["Sessions:LeaseTime"] = $"{Lease}",
            ["Sessions:SweepInterval"] = "00:00:01",
            ["Sessions:StatusInterval"] = "00:00:01",
            ["Collection:Enabled"] = "false",
            ["Collection:Grace"] = "00:00:00",
            ["Collection:Reprieve"] = "00:00:00",
        }, at: port);
        core.Program.LineArrived += line => Hear(replica, line);
        _any ??= core.Folders(ReplId.New());
        Volatile.Write(ref _cores[replica], core);
    }

    private void StartGateway() => _gateway = ProgramProcess.Start(BuiltProgram.Path("Devex.Gateway"), [], new Dictionary<string, string?>
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_gatewayPort}",
        ["services__core__http__0"] = $"http://127.0.0.1:{_cores[0]!.Port}",
        ["services__core__http__1"] = $"http://127.0.0.1:{_cores[1]!.Port}",
        ["ConnectionStrings__redis"] = _redis.ConnectionString,
        ["Hosts__Web"] = CoreHost.WebOrigin,
        ["Hosts__Repl"] = $"http://repl.localhost:{_gatewayPort}",
        ["Hosts__Preview"] = $"http://preview.localhost:{_gatewayPort}",
        ["Keys__Web"] = CoreHost.Secret,
        ["Keys__Gateway"] = CoreHost.Secret,
    });
}
