using System.Globalization;
using System.Security.Cryptography;
using Devex.Contracts;
using Devex.Core.Identity;
using Devex.Core.Storage;
using Devex.Testing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Devex.Bench.Sessions;

/// <summary>Redis, the embedded S3 with many users, and replicas of Core beside the cluster of the environment.</summary>
internal sealed class LoadWorld : IAsyncDisposable
{
    /// <summary>Pulled by nobody.</summary>
    public static readonly string Image = $"registry.example/devex/image@sha256:{new string('0', 64)}";

    private readonly TempFolder _folder = new("devex-load-");
    private readonly string _webKey = Secret();
    private RedisServer? _redis;
    private S3Server? _s3;
    private ConnectionMultiplexer? _connection;

    private LoadWorld()
    {
    }

    public List<Replica> Replicas { get; } = [];

    public LoadUsers Users { get; private set; } = null!;

    public IConnectionMultiplexer Redis => _connection!;

    /// <exception cref="InvalidOperationException">No cluster is named, or a program did not start.</exception>
    public static async Task<LoadWorld> StartAsync(LoadPlan plan)
    {
        var world = new LoadWorld();
        try
        {
            await world.LaunchAsync(plan, Given("DEVEX_CORE_KUBECONFIG"));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public static string Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set. This needs a cluster's control plane: tests/cluster/load.sh brings one up and runs it.");

    /// <summary>How many sessions each replica holds the lease of.</summary>
    public async Task<IReadOnlyList<int>> SharesAsync()
    {
        List<RedisKey> keys = [];
        await foreach (var key in _connection!.GetServers()[0].KeysAsync(pattern: "lease:*", pageSize: 1000))
        {
            if (ReplId.TryParse(key.ToString()["lease:".Length..], out _))
                keys.Add(key);
        }
        var holders = await _connection.GetDatabase().StringGetAsync([.. keys]);
        return [.. holders.Where(holder => holder.HasValue).GroupBy(holder => holder.ToString().Split('/')[1]).Select(group => group.Count())];
    }

    public async ValueTask DisposeAsync()
    {
        if (Users is not null)
            await Users.DisposeAsync();
        foreach (var replica in Replicas)
            await replica.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_s3 is not null)
            await _s3.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        _folder.Dispose();
    }

    private static string Secret() => RandomNumberGenerator.GetHexString(44, lowercase: true);

    private async Task LaunchAsync(LoadPlan plan, string kubeconfig)
    {
        _redis = await RedisServer.StartAsync(RedisKind.Redis);
        _s3 = await S3Server.StartAsync(S3Kind.Embedded);
        var bucket = await _s3.CreateBucketAsync();
        var users = Enumerable.Range(1, plan.Users).Select(n => UserId.GitHub(n)).ToList();
        await SignUpAsync(bucket, users);
        _connection = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        var settings = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Logging__LogLevel__Default"] = "Warning",
            ["ConnectionStrings__redis"] = _redis.ConnectionString,
            ["S3__ServiceUrl"] = _s3.ServiceUrl,
            ["S3__Bucket"] = bucket,
            ["S3__Region"] = _s3.Region,
            ["S3__AccessKey"] = _s3.AccessKey,
            ["S3__SecretKey"] = _s3.SecretKey,
            ["Keys__Ticket"] = Secret(),
            ["Keys__Secrets"] = Secret(),
            ["Keys__Web"] = _webKey,
            ["Keys__Gateway"] = Secret(),
            ["Hosts__Internal__0"] = "127.0.0.1",
            ["Runtime__Kind"] = "Kubernetes",
            ["Runtime__Kubernetes__Kubeconfig"] = kubeconfig,
            ["Runtime__Kubernetes__RunnerImage"] = Image,
            ["Runtime__Kubernetes__Images__bash"] = Image,
            ["Runtime__Kubernetes__PriorityClass"] = "devex-session",
            ["Runtime__Kubernetes__IngressClass"] = "nginx",
            ["Templates__Folder"] = Path.Combine(BuiltProgram.RepositoryRoot, "templates"),
            ["Limits__Repls"] = plan.Sessions.ToString(CultureInfo.InvariantCulture),
            ["Limits__Running"] = plan.Sessions.ToString(CultureInfo.InvariantCulture),
        };
        for (var i = 0; i < plan.Replicas; i++)
            Replicas.Add(await Replica.StartAsync(settings, _folder.Path));
        Users = new LoadUsers(users, Replicas, _webKey);
    }

    /// <summary>As if each had signed in once.</summary>
    private async Task SignUpAsync(string bucket, IEnumerable<UserId> users)
    {
        using var s3 = _s3!.CreateClient();
        var store = new ObjectStore(s3, Options.Create(new S3Options { Bucket = bucket }));
        var allowed = new AllowList(Options.Create(new AuthOptions())).Fingerprint;
        foreach (var id in users)
        {
            var user = new UserRecord { Id = id, Login = $"{id}", Name = $"{id}", CreatedAt = DateTimeOffset.UtcNow, AllowedBy = allowed };
            await store.CreateAsync(UserDirectory.Key(id), user, CoreJson.Default.UserRecord, CancellationToken.None);
        }
    }
}
