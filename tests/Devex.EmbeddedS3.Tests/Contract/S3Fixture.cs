using Amazon.S3;
using Devex.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Contract;

/// <summary>One server for all tests of a class; each test makes a bucket of its own.</summary>
public abstract class S3Fixture(S3Kind kind) : IAsyncLifetime
{
    private S3Server? _server;
    private AmazonS3Client? _client;

    public S3Server Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    public AmazonS3Client Client => _client ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync()
    {
        if (kind == S3Kind.Moto && !MotoProgram.IsAvailable) return;
        _server = await S3Server.StartAsync(kind);
        _client = _server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class EmbeddedFixture() : S3Fixture(S3Kind.Embedded);

public sealed class MotoFixture() : S3Fixture(S3Kind.Moto);
