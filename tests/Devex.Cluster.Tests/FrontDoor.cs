using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Devex.Testing;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>
/// nginx in front of the deployed product, on the node, as an ingress controller has it: it ends TLS, sends each host where the cluster's Ingresses say, with the annotations of
/// ingress-nginx that they have and its defaults for others, and is reloaded whenever one of them comes or goes. It also stands before the GitHub of the tests.
/// </summary>
/// <remarks>Its certificate is that of <c>tests/cluster/aspirate.sh</c>. It listens on loopback and on the node's address in the cluster's own network alone.</remarks>
internal sealed class FrontDoor : IAsyncDisposable
{
    public const string GitHubHost = "github.example";

    // ingress-nginx gives this to all, and an Ingress of ours may say otherwise.
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["proxy-read-timeout"] = "60",
        ["proxy-send-timeout"] = "60",
        ["proxy-body-size"] = "1m",
        ["proxy-request-buffering"] = "on",
        ["proxy-buffering"] = "off",
    };

    private readonly TempFolder _folder = new("dvx-front-");
    private readonly string _certificate = Path.Combine(NodeProcess.RequireOwnCluster(), "front", "tls");
    private readonly string _gitHub;
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ProgramProcess? _nginx;
    private ProgramProcess? _watch;
    private Task _following = Task.CompletedTask;

    private FrontDoor(string gitHub) => _gitHub = gitHub;

    /// <summary>A browser finds all hosts here, and trusts this key and no other.</summary>
    public string[] BrowserArguments
    {
        get
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Encoding.ASCII.GetBytes(File.ReadAllText(_certificate + ".crt")));
            return
            [
                $"--host-resolver-rules=MAP {Product.WebHost} 127.0.0.1, MAP {GitHubHost} 127.0.0.1, MAP *.devex-usercontent.example 127.0.0.1",
                $"--ignore-certificate-errors-spki-list={Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))}",
            ];
        }
    }

    /// <summary>What was asked for and where it was sent, once it is over: protocol, host, path, status, address behind.</summary>
    public IEnumerable<(string Protocol, string Host, string Path, string Status, string Behind)> Requests =>
        File.ReadLines(_folder["access.log"]).Select(line => line.Split('\t')).Where(words => words.Length == 5).Select(words => (words[0], words[1], words[2], words[3], words[4]));

    /// <param name="gitHub">Address of the GitHub of the tests.</param>
    public static async Task<FrontDoor> StartAsync(string gitHub)
    {
        var front = new FrontDoor(gitHub);
        try
        {
            await front.ConfigureAsync();
            var program = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", "nginx", "nginx");
            front._nginx = ProgramProcess.Start(program, ["-p", front._folder.Path, "-c", front._folder["nginx.conf"], "-e", "stderr"]);
            await front._nginx.WaitForAsync("nginx", _ => Task.FromResult(File.Exists(front._folder["nginx.pid"])));
            front._watch = ProgramProcess.Start("kubectl", ["get", "ingresses", "--all-namespaces", "--watch", "--output=name"]);
            front._watch.LineArrived += _ => front._changes.Writer.TryWrite(true);
            front._following = front.FollowAsync();
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        _changes.Writer.TryComplete();
        await _following;
        if (_nginx is not null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("nginx: " + _nginx.OutputText);
            await _nginx.DisposeAsync();
        }
        _folder.Dispose();
    }

    private async Task FollowAsync()
    {
        await foreach (var _ in _changes.Reader.ReadAllAsync())
        {
            await ConfigureAsync();
            _nginx!.Signal(1);
        }
    }

    private async Task ConfigureAsync()
    {
        var addresses = (await ItemsAsync("services")).ToDictionary(Name, service => service["spec"]!);
        var servers = new StringBuilder();
        foreach (var ingress in await ItemsAsync("ingresses"))
        {
            var (space, _) = Name(ingress);
            foreach (var rule in ingress["spec"]!["rules"]!.AsArray())
            {
                var backend = Assert.Single(rule!["http"]!["paths"]!.AsArray())!["backend"]!["service"]!;
                // Of a session that ends the Service may be gone first.
                if (addresses.TryGetValue((space, (string)backend["name"]!), out var service))
                    servers.Append(Server((string)rule["host"]!, $"http://{service["clusterIP"]}:{Port(service, backend["port"]!)}", ingress["metadata"]!["annotations"]));
            }
        }
        servers.Append(Server(GitHubHost, _gitHub, null));
        await File.WriteAllTextAsync(_folder["nginx.conf"],
            $$"""
            daemon off;
            worker_processes 2;
            pid nginx.pid;
            events { worker_connections 1024; }
            http {
              log_format words "$server_protocol\t$host\t$uri\t$status\t$upstream_addr";
              access_log access.log words;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server_tokens off;
              server_names_hash_bucket_size 128;
              map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
              ssl_certificate {{_certificate}}.crt;
              ssl_certificate_key {{_certificate}}.key;
              proxy_http_version 1.1;
              proxy_set_header Host $host;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $connection_upgrade;
              proxy_set_header X-Real-IP $remote_addr;
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_set_header X-Forwarded-Host $host;
              proxy_set_header X-Forwarded-Port 443;
              proxy_set_header X-Forwarded-Proto https;
              proxy_set_header X-Forwarded-Scheme https;
              proxy_set_header X-Scheme https;
              proxy_max_temp_file_size 0;
              server { listen 127.0.0.1:443 ssl http2 default_server; listen 10.244.0.1:443 ssl http2 default_server; return 404; }
            {{servers}}}

            """, TestContext.Current.CancellationToken);
    }

    private static string Server(string host, string address, JsonNode? annotations)
    {
        var of = Defaults.ToDictionary(entry => entry.Key, entry => (string?)annotations?["nginx.ingress.kubernetes.io/" + entry.Key] ?? entry.Value);
        return
            $$"""
              server {
                listen 127.0.0.1:443 ssl http2;
                listen 10.244.0.1:443 ssl http2;
                server_name {{host}};
                client_max_body_size {{of["proxy-body-size"]}};
                proxy_read_timeout {{of["proxy-read-timeout"]}}s;
                proxy_send_timeout {{of["proxy-send-timeout"]}}s;
                proxy_request_buffering {{of["proxy-request-buffering"]}};
                proxy_buffering {{of["proxy-buffering"]}};
                location / { proxy_pass {{address}}; }
              }

            """;
    }

    private static string Port(JsonNode service, JsonNode wanted) => wanted["number"]?.ToString()
        ?? service["ports"]!.AsArray().Single(port => (string?)port!["name"] == (string?)wanted["name"])!["port"]!.GetValue<int>().ToString(CultureInfo.InvariantCulture);

    // Those of this installation: others may be on the cluster.
    private static async Task<IEnumerable<JsonNode>> ItemsAsync(string kind)
    {
        List<JsonNode> items = [];
        foreach (var space in (string[])[Product.Namespace, Product.Namespace + "-sessions"])
            items.AddRange(JsonNode.Parse(await Kubectl.RunAsync("get", kind, "-n", space, "-o", "json"))!["items"]!.AsArray().OfType<JsonNode>());
        return items;
    }

    private static (string Namespace, string Name) Name(JsonNode item) => ((string)item["metadata"]!["namespace"]!, (string)item["metadata"]!["name"]!);
}
