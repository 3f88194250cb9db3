using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3.Model;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.Processes;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Core.Tests.Environments;

/// <summary>What programs are given by the environment stays in their memory: a snapshot holds none of it, whatever it is packed in.</summary>
[Trait("Tier", "integration")]
public sealed class SnapshotSecretsTests(Stores stores)
{
    private const string Bucket = "environment-snapshots";
    private const string Marker = "kept-so-that-the-search-is-known-to-find-6172";

    private static readonly string[] Values = ["secret-of-the-repl-5528-value", "variable-of-the-repl-5529-value", "secret-of-the-owner-5530-value"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_value_of_the_environment_is_in_any_object_of_the_user()
    {
        using var folder = new TempFolder("devex-secrets-");
        await using var core = await CoreProcess.StartAsync(stores, Bucket, folder);
        var repl = await core.CreateAsync();
        await SetAsync(core, $"/api/repls/{repl.Id}/environment/API_KEY", Values[0], secret: true);
        await SetAsync(core, $"/api/repls/{repl.Id}/environment/COLOUR", Values[1], secret: false);
        await SetAsync(core, "/api/me/environment/TOKEN", Values[2], secret: true);
        await core.StartReplAsync(repl.Id);
        await UseAsync(core, repl);
        using (var stopped = await core.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/stop"))
            Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        await core.WaitForAsync(repl.Id, ReplState.Stopped);

        var objects = await ReadAsync();
        Assert.Contains(objects, one => one.Key.Contains("/packs/", StringComparison.Ordinal));
        Assert.Contains(objects, one => one.Key.Contains("/roots/", StringComparison.Ordinal));
        Assert.Contains(objects, one => Holds(one.Bytes, Marker));
        Assert.Contains(objects, one => Holds(one.Bytes, Hash(Values[0])));
        foreach (var value in Values)
            Assert.DoesNotContain(objects, one => Holds(one.Bytes, value));
    }

    /// <summary>Programs use the values in all ways in which a session gives them: in a terminal, by the run button, in the background; their output is shown, and a document is edited beside them.</summary>
    private static async Task UseAsync(CoreProcess core, Repl repl)
    {
        using var signer = new RunnerSigner();
        using var serve = new RunnerClient((await core.LocateAsync(repl.Id)).Address, repl.Id, signer);
        using var answer = await core.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/tickets");
        var ticket = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.SessionTicket, Cancelled))!;
        await using var session = await RunnerSession.BeginAsync(
            serve, await serve.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket.Ticket, origin: null, cancellation: Cancelled), Cancelled);

        await using var terminal = await session.OpenTerminalAsync((await session.NewTerminalAsync(200)).Terminal, cancellation: Cancelled);
        await terminal.WriteAsync("printf %s \"$API_KEY\" | sha256sum > used.txt; (sleep 1000 &); echo \"$API_KEY $COLOUR $TOKEN\"; git init -q; git add .; echo do''ne\n", Cancelled);
        Assert.Contains(string.Join(' ', Values), await terminal.ReadUntilAsync("\ndone", Cancelled), StringComparison.Ordinal);
        await session.CallAsync("run.start", new StartRun("echo \"$TOKEN\"; env | sort | sha256sum > run.txt"), ProtocolJson.Default.StartRun, ProtocolJson.Default.RunStatus, Cancelled);
        await session.NextAsync("run.changed", ProtocolJson.Default.RunStatus, status => !status.Running, Cancelled);
        await session.WriteFileAsync("marker.txt", Marker);
        // An ordinary end, after which a shell writes its history.
        await terminal.WriteAsync("exit\n", Cancelled);
        await terminal.Closed.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
    }

    private static async Task SetAsync(CoreProcess core, string path, string value, bool secret)
    {
        using var answer = await core.SendAsync(HttpMethod.Put, path, JsonContent.Create(new SetEnvironmentVariable(value, secret), ApiJson.Default.SetEnvironmentVariable));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Every object of the user as it is, and what packs and pages hold.</summary>
    private async Task<List<(string Key, byte[] Bytes)>> ReadAsync()
    {
        using var s3 = stores.S3.CreateClient();
        var found = new List<(string, byte[])>();
        await foreach (var item in s3.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Bucket, Prefix = "users/local-ada/" }).S3Objects.WithCancellation(Cancelled))
        {
            using var response = await s3.GetObjectAsync(Bucket, item.Key, Cancelled);
            using var content = new MemoryStream();
            await response.ResponseStream.CopyToAsync(content, Cancelled);
            var bytes = content.ToArray();
            found.Add((item.Key, bytes));
            if (bytes.AsSpan().StartsWith("DXPG"u8))
                found.AddRange(Page.Decode(bytes).SelectMany(entry => new[] { entry.Path.Bytes.ToArray(), entry.Target.ToArray() }).Select(text => (item.Key, text)));
            else if (bytes.Length > 20 && bytes.AsSpan(16).StartsWith("DXPK"u8))
                found.AddRange((await UnpackAsync(bytes)).Select(group => (item.Key, group)));
        }
        return found;
    }

    private static async Task<List<byte[]>> UnpackAsync(byte[] pack)
    {
        using var reader = new PackReader(new MemoryStream(pack), 0);
        var groups = new List<byte[]>();
        while (await reader.NextAsync(Cancelled) is { } group)
            groups.Add(group.ToArray());
        return groups;
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
