using Devex.Contracts;
using Devex.Core.Snapshots;
using Devex.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Devex.Bench.Snapshots;

/// <summary>The embedded S3 and Core's session listener before it, and one empty template.</summary>
internal sealed class SnapshotWorld : IAsyncDisposable
{
    public static readonly UserId Owner = UserId.Local("bench");

    private readonly TempFolder _folder = new("devex-bench-");
    private readonly WebApplication _core;

    private SnapshotWorld(S3Server s3, WebApplication core, string bucket) => (S3, _core, Bucket) = (s3, core, bucket);

    public S3Server S3 { get; }

    public string Bucket { get; }

    public string Url => _core.Urls.First();

    public ISnapshots Snapshots => _core.Services.GetRequiredService<ISnapshots>();

    /// <summary>For what is measured.</summary>
    public string Folder => _folder.Path;

    public static async Task<SnapshotWorld> StartAsync()
    {
        var s3 = await S3Server.StartAsync(S3Kind.Embedded);
        var bucket = await s3.CreateBucketAsync();
        return new SnapshotWorld(s3, await SnapshotCore.StartAsync(SnapshotCore.Settings(s3, bucket)), bucket);
    }

    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        await S3.DisposeAsync();
        _folder.Dispose();
    }
}
