using System.Diagnostics;
using Amazon.S3.Model;
using Devex.Bench.Programs;
using Devex.Bench.Reporting;
using Devex.Testing;

namespace Devex.Bench.Storage;

/// <summary>Small puts by several clients at once: the embedded S3, which has them on disk before it answers, beside moto, which keeps them in memory.</summary>
internal static class S3Bench
{
    private const int Clients = 8;
    private const int PutsEach = 60;
    private const int Rounds = 3;
    private const int Size = 4 << 10;

    public static async Task RunAsync(BenchRun run)
    {
        run.Begin("starting the embedded S3");
        await using var embedded = await S3Server.StartAsync(S3Kind.Embedded);
        run.Begin("fetching and starting moto");
        await using var moto = await Peers.EnsureAsync("moto.sh") ? await S3Server.StartAsync(S3Kind.Moto) : null;
        var (ours, theirs) = (new List<double>(), new List<double>());
        await PutsPerSecondAsync(embedded);
        if (moto is not null)
            await PutsPerSecondAsync(moto);
        for (var round = 1; round <= Rounds; round++)
        {
            run.Begin($"puts, round {round} of {Rounds}");
            ours.Add(await PutsPerSecondAsync(embedded));
            if (moto is not null)
                theirs.Add(await PutsPerSecondAsync(moto));
        }

        run.Add(new Figure(
            "embedded S3: puts of 4 KiB by 8 clients", $"p50 of {Rounds} × {Clients * PutsEach}, on disk before the answer",
            ours.Median(), "/s", moto is null ? null : theirs.Median(), "moto, in memory"));
    }

    private static async Task<double> PutsPerSecondAsync(S3Server server)
    {
        var bucket = await server.CreateBucketAsync();
        var content = new byte[Size];
        new Random(1).NextBytes(content);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            using var s3 = server.CreateClient();
            for (var i = 0; i < PutsEach; i++)
            {
                using var body = new MemoryStream(content);
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = $"{client}/{i}", InputStream = body, UseChunkEncoding = false });
            }
        }));
        return Clients * PutsEach / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
