using System.Globalization;
using Devex.Cluster.Tests;
using Devex.Testing;
using Devex.Testing.Services;
using Xunit;

[assembly: AssemblyFixture(typeof(ClusterStack))]

namespace Devex.Cluster.Tests;

/// <summary>
/// Core and Gateway as programs beside a real cluster, Core with the rights of <c>deploy/</c> and no others. <c>KUBECONFIG</c> names the cluster, <c>DEVEX_CLUSTER_IMAGES</c> the file with its
/// images, <c>DEVEX_CLUSTER_HOST</c> the address by which pods reach this machine; <c>tests/cluster</c> makes all three.
/// </summary>
public sealed class ClusterStack : IAsyncLifetime
{
    /// <summary>A template whose image is nowhere.</summary>
    internal const string Nowhere = "nowhere";

    private readonly TempFolder _folder = new("devex-cluster-");

    internal ServiceStack Services { get; private set; } = null!;

    /// <summary>Images by template, and <c>runner</c>.</summary>
    internal IReadOnlyDictionary<string, string> Images { get; private set; } = null!;

    internal string SessionUrl { get; private set; } = null!;

    internal string Host { get; } = Given("DEVEX_CLUSTER_HOST");

    public async ValueTask InitializeAsync()
    {
        _ = Given("KUBECONFIG");
        Images = (await File.ReadAllLinesAsync(Given("DEVEX_CLUSTER_IMAGES"))).Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        await Kubectl.RunAsync("apply", "-f", Path.Combine(BuiltProgram.RepositoryRoot, "deploy/sessions"));
        CopyTemplates();
        var port = FreePort.Next();
        SessionUrl = string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{port}");
        var settings = new Dictionary<string, string?>
        {
            ["Runtime__Kind"] = "Kubernetes",
            ["Runtime__Kubernetes__Kubeconfig"] = await CoreConfigAsync(),
            ["Runtime__Kubernetes__RunnerImage"] = Images["runner"],
            ["Runtime__Kubernetes__DiskRequest"] = "64Mi",
            ["Runtime__Kubernetes__StartPatience"] = "00:00:30",
            // Core is killed often here.
            ["Sessions__LeaseTime"] = "00:00:04",
            ["Sessions__UnreachableAfter"] = "00:00:00",
            ["Sessions__SweepInterval"] = "00:00:02",
            ["Runtime__Kubernetes__PriorityClass"] = "devex-session",
            ["Runtime__Kubernetes__IngressClass"] = "nginx",
            ["Runtime__Kubernetes__CpuRequest"] = "50m",
            ["Runtime__Kubernetes__MemoryRequest"] = "64Mi",
            ["Runtime__Kubernetes__MemoryLimit"] = "512Mi",
            ["Templates__Folder"] = _folder["templates"],
            // Well formed, and nowhere.
            [$"Runtime__Kubernetes__Images__{Nowhere}"] = "localhost/devex/absent@sha256:" + new string('0', 64),
            ["Core__SessionPort"] = port.ToString(CultureInfo.InvariantCulture),
            ["Core__SessionUrl"] = SessionUrl,
            ["Limits__Bytes"] = (256L << 20).ToString(CultureInfo.InvariantCulture),
            ["Limits__Running"] = "20",
            ["Limits__Repls"] = "50",
        };
        foreach (var (template, image) in Images.Where(image => image.Key != "runner"))
            settings[$"Runtime__Kubernetes__Images__{template}"] = image;
        Services = await ServiceStack.StartAsync(StackNames.Localhost(), settings: settings, s3Address: Host);
    }

    public async ValueTask DisposeAsync()
    {
        if (Services is not null)
            await Services.DisposeAsync();
        _folder.Dispose();
    }

    private void CopyTemplates()
    {
        var from = Path.Combine(BuiltProgram.RepositoryRoot, "templates");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(from, file);
            Copy(path);
            if (path.StartsWith("bash/", StringComparison.Ordinal))
                Copy(Nowhere + path["bash".Length..]);

            void Copy(string to)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_folder["templates/" + to])!);
                File.Copy(file, _folder["templates/" + to]);
            }
        }
    }

    /// <summary>A kubeconfig of Core's service account.</summary>
    private async Task<string> CoreConfigAsync()
    {
        await Kubectl.ApplyAsync(
            """
            {"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token","metadata":{"name":"devex-core-token","namespace":"devex","annotations":{"kubernetes.io/service-account.name":"devex-core"}}}
            """);
        var token = await Kubectl.UntilAsync(text => text.Length > 0, "-n", "devex", "get", "secret", "devex-core-token", "-o", "jsonpath={.data.token}");
        var cluster = await Kubectl.RunAsync("config", "view", "--raw", "--minify", "-o", "jsonpath={.clusters[0].cluster.server} {.clusters[0].cluster.certificate-authority-data}");
        var (server, authority) = (cluster.Split(' ')[0], cluster.Split(' ')[1]);
        var path = _folder["core.kubeconfig"];
        await File.WriteAllTextAsync(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: core
            clusters: [{name: core, cluster: {server: "{{server}}", certificate-authority-data: {{authority}} } }]
            users: [{name: core, user: {token: {{System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(token))}} } }]
            contexts: [{name: core, context: {cluster: core, user: core, namespace: {{Kubectl.Sessions}} } }]
            """);
        return path;
    }

    private static string Given(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{name} is not set. These tests need a cluster: tests/cluster/test.sh brings one up and runs them.");
}
