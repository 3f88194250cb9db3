using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;

namespace Devex.Testing;

/// <summary>An S3 server of its own on a loopback port, with generated credentials, empty at the start.</summary>
/// <remarks>Test projects that use <see cref="S3Kind.Embedded"/> reference Devex.EmbeddedS3 as <see cref="BuiltProgram"/> shows.</remarks>
public sealed class S3Server : IAsyncDisposable
{
    private readonly TempFolder _data = new("devex-s3-");
    private readonly S3Kind _kind;
    private readonly string _address;
    private ProgramProcess? _program;
    private string? _peer;
    private int _port;

    private S3Server(S3Kind kind, string address) => (_kind, _address) = (kind, address);

    /// <summary>For example <c>http://127.0.0.1:40123</c>, without a slash at the end; the same after a restart.</summary>
    public string ServiceUrl => _peer ?? $"http://{_address}:{_port}";

    public string AccessKey { get; private set; } = "AK" + RandomNumberGenerator.GetHexString(18);

    public string SecretKey { get; private set; } = RandomNumberGenerator.GetHexString(40, lowercase: true);

    public string Region { get; } = "us-east-1";

    /// <summary>The folder in which the embedded server keeps its objects; it outlives restarts, not this object.</summary>
    public string DataFolder => _data.Path;

    /// <summary>The server's process, for tests that stop it, freeze it or read its output.</summary>
    public ProgramProcess Program => _program ?? throw new InvalidOperationException("The server has not been started.");

    public static Task<S3Server> StartAsync(S3Kind kind, CancellationToken cancellationToken = default) => StartAsync(kind, "127.0.0.1", cancellationToken);

    /// <param name="kind">Which server.</param>
    /// <param name="address">Where the embedded one listens, for others to reach it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<S3Server> StartAsync(S3Kind kind, string address, CancellationToken cancellationToken = default)
    {
        var server = new S3Server(kind, address);
        await server.LaunchAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts the server again on the same port after its program was stopped or killed; moto forgets everything.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await Program.DisposeAsync();
        await LaunchAsync(cancellationToken);
    }

    /// <summary>
    /// A client as Devex.Core configures its own: path style, and no checksums beyond what an operation demands, because
    /// the SDK would otherwise send bodies as aws-chunked, which several servers store with the framing.
    /// </summary>
    public AmazonS3Client CreateClient(string? accessKey = null, string? secretKey = null, Action<AmazonS3Config>? configure = null)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = ServiceUrl,
            AuthenticationRegion = Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        configure?.Invoke(config);
        return new AmazonS3Client(new BasicAWSCredentials(accessKey ?? AccessKey, secretKey ?? SecretKey), config);
    }

    /// <summary>Makes a bucket with a random name and returns the name.</summary>
    public async Task<string> CreateBucketAsync(CancellationToken cancellationToken = default)
    {
        var name = "devex-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        using var client = CreateClient();
        await client.PutBucketAsync(name, cancellationToken);
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null) await _program.DisposeAsync();
        _data.Dispose();
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        if (_kind == S3Kind.Moto && Environment.GetEnvironmentVariable("DEVEX_S3_PEER") is { Length: > 0 } peer)
        {
            (_peer, AccessKey, SecretKey) = (peer, Given("DEVEX_S3_PEER_ACCESS_KEY"), Given("DEVEX_S3_PEER_SECRET_KEY"));
            return;
        }

        if (_kind == S3Kind.Moto)
        {
            _port = _port == 0 ? FreePort.Next() : _port;
            _program = MotoProgram.Start(_port, _data.Path);
            await Program.WaitForHttpAsync(new Uri(ServiceUrl + "/moto-api/"), cancellationToken: cancellationToken);
            return;
        }

        _program = ProgramProcess.Start(
            BuiltProgram.Path("Devex.EmbeddedS3"),
            ["--urls", $"http://{_address}:{_port}", "--data", _data.Path],
            new Dictionary<string, string?>
            {
                ["AWS_ACCESS_KEY_ID"] = AccessKey,
                ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
                ["S3_REGION"] = Region,
                ["ASPNETCORE_URLS"] = null,
                ["ASPNETCORE_HTTP_PORTS"] = null,
            });
        var line = await Program.WaitForLineAsync(@"Now listening on: http://[0-9.]+:(\d+)", cancellationToken: cancellationToken);
        _port = int.Parse(line.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Given(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"DEVEX_S3_PEER is set and {name} is not.");
}
