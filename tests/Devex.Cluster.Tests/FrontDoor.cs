using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Devex.Testing;
using Devex.Testing.Browser;
using Devex.Testing.GitHub;
using Microsoft.Playwright;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>
/// nginx in front of the deployed product, on the node, as an ingress controller has it: it ends TLS, sends each host to the pods that the cluster's Ingresses name, with the annotations
/// of ingress-nginx that they have and its defaults for others, and is reloaded whenever an Ingress or a pod comes or goes. A reload cuts what the processes before it still carry, as the controller's does after
/// four minutes, so that on a busy installation no connection is older; here it is after a second. It also stands before the GitHub of the tests.
/// </summary>
/// <remarks>
/// Its certificate is that of <c>tests/cluster/aspirate.sh</c>. Browsers have a network namespace of their own with one link to the node's: where pods come and go, so do interfaces, and
/// with each of them Chromium gives up what it is asking for.
/// </remarks>
internal sealed class FrontDoor : IAsyncDisposable
{
    public const string GitHubHost = "github.example";

    private const string Browsers = "devex-browsers";
    private const string Address = "10.251.77.1";

    // ingress-nginx gives this to all, and an Ingress of ours may say otherwise.
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["proxy-read-timeout"] = "60",
        ["proxy-send-timeout"] = "60",
        ["proxy-body-size"] = "1m",
        ["proxy-request-buffering"] = "on",
        ["proxy-buffering"] = "off",
        ["proxy-buffer-size"] = "4k",
        ["affinity"] = "none",
    };

    private readonly TempFolder _folder = new("dvx-front-");
    private readonly string _certificate = Path.Combine(NodeProcess.RequireOwnCluster(), "front", "tls");
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<ProgramProcess> _watches = [];
    private ProgramProcess? _nginx;
    private Task _following = Task.CompletedTask;

    private FrontDoor()
    {
    }

    /// <summary>Who comes from it is of the organisation that may come in.</summary>
    public GitHubOAuth GitHub { get; } = new("Iv1.0123456789abcdef", "test-client-secret", Product.WebOrigin + "/auth/github/callback")
    {
        Avatar = $"https://{GitHubHost}/avatars/1",
        Organizations = { "example" },
    };

    /// <summary>A browser that finds all hosts here, and trusts this key and no other.</summary>
    public Task<IBrowser> LaunchAsync(Chromium chromium)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Encoding.ASCII.GetBytes(File.ReadAllText(_certificate + ".crt")));
        return chromium.LaunchByAsync(
            _folder["chromium"],
            $"--host-resolver-rules=MAP {Product.WebHost} {Address}, MAP {GitHubHost} {Address}, MAP *.devex-usercontent.example {Address}",
            $"--ignore-certificate-errors-spki-list={Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))}");
    }

    /// <summary>What was asked for and where it was sent, once it is over: protocol, host, path, status, address behind.</summary>
    public IEnumerable<(string Protocol, string Host, string Path, string Status, string Behind)> Requests =>
        File.ReadLines(_folder["access.log"]).Select(line => line.Split('\t')).Where(words => words.Length == 5).Select(words => (words[0], words[1], words[2], words[3], words[4]));

    public static async Task<FrontDoor> StartAsync()
    {
        var front = new FrontDoor();
        try
        {
            await front.GitHub.StartAsync();
            await front.LinkAsync();
            await front.ConfigureAsync();
            var program = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", "nginx", "nginx");
            front._nginx = ProgramProcess.Start(program, ["-p", front._folder.Path, "-c", front._folder["nginx.conf"], "-e", "stderr"]);
            await front._nginx.WaitForAsync("nginx", _ => Task.FromResult(File.Exists(front._folder["nginx.pid"])));
            foreach (var space in Spaces)
            {
                foreach (var kind in (string[])["ingresses", "endpoints"])
                {
                    var watch = ProgramProcess.Start("kubectl", ["get", kind, "--namespace", space, "--watch", "--output=name"]);
                    front._watches.Add(watch);
                    watch.LineArrived += _ => front.Reload();
                }
            }
            front._following = front.FollowAsync();
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    /// <summary>As when somebody else's REPL starts.</summary>
    public void Reload() => _changes.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches)
            await watch.DisposeAsync();
        _changes.Writer.TryComplete();
        await _following;
        if (_nginx is not null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("nginx: " + _nginx.OutputText);
            await _nginx.DisposeAsync();
        }
        await GitHub.DisposeAsync();
        await UnlinkAsync();
        _folder.Dispose();
    }

    private async Task LinkAsync()
    {
        // Of a run that was killed.
        await UnlinkAsync();
        await IpAsync("netns", "add", Browsers);
        await IpAsync("link", "add", "dvx-browsers", "type", "veth", "peer", "name", "front", "netns", Browsers);
        await IpAsync("address", "add", Address + "/30", "dev", "dvx-browsers");
        await IpAsync("link", "set", "dvx-browsers", "up");
        await IpAsync("-n", Browsers, "address", "add", "10.251.77.2/30", "dev", "front");
        await IpAsync("-n", Browsers, "link", "set", "lo", "up");
        // An address that it gives itself would come a second later, and be a change.
        await IpAsync("-n", Browsers, "link", "set", "front", "addrgenmode", "none");
        await IpAsync("-n", Browsers, "link", "set", "front", "up");
        await File.WriteAllTextAsync(_folder["chromium"], $"#!/bin/sh\nexec nsenter --net=/run/netns/{Browsers} {ChromiumProgram.Path} \"$@\"\n");
        File.SetUnixFileMode(_folder["chromium"], (UnixFileMode)0b111_101_101);
    }

    private static Task UnlinkAsync() => File.Exists("/run/netns/" + Browsers) ? IpAsync("netns", "delete", Browsers) : Task.CompletedTask;

    private static async Task IpAsync(params string[] arguments)
    {
        await using var ip = ProgramProcess.Start("ip", arguments);
        Assert.True(await ip.WaitForExitAsync() == 0, $"ip {string.Join(' ', arguments)}: {ip.OutputText}");
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
        var services = await ItemsAsync("services");
        var pods = await ItemsAsync("endpoints");
        var servers = new StringBuilder();
        foreach (var ingress in (await ItemsAsync("ingresses")).Values)
        {
            foreach (var rule in ingress["spec"]!["rules"]!.AsArray())
            {
                var backend = Assert.Single(rule!["http"]!["paths"]!.AsArray())!["backend"]!["service"]!;
                var name = ((string)ingress["metadata"]!["namespace"]!, (string)backend["name"]!);
                // Of a session that ends the Service may be gone first.
                if (services.TryGetValue(name, out var service))
                    servers.Append(Server((string)rule["host"]!, Addresses(pods.GetValueOrDefault(name), PortName(service, backend["port"]!)), ingress["metadata"]!["annotations"]));
            }
        }
        servers.Append(Server(GitHubHost, [new Uri(GitHub.Url).Authority], null));
        await File.WriteAllTextAsync(_folder["nginx.conf"],
            $$"""
            daemon off;
            worker_processes 2;
            worker_shutdown_timeout 1s;
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
              map $cookie_route $route { default $cookie_route; "" $request_id; }
              map $cookie_route $new_route { default ""; "" "route=$request_id; Path=/; Secure; HttpOnly"; }
              ssl_certificate {{_certificate}}.crt;
              ssl_certificate_key {{_certificate}}.key;
              proxy_http_version 1.1;
              proxy_connect_timeout 5s;
              proxy_next_upstream_tries 3;
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
              server { listen {{Address}}:443 ssl http2 default_server; listen 10.244.0.1:443 ssl http2 default_server; return 404; }
            {{servers}}}

            """, TestContext.Current.CancellationToken);
    }

    private static string Server(string host, IReadOnlyList<string> addresses, JsonNode? annotations)
    {
        var of = Defaults.ToDictionary(entry => entry.Key, entry => (string?)annotations?["nginx.ingress.kubernetes.io/" + entry.Key] ?? entry.Value);
        var sticky = of["affinity"] == "cookie";
        var upstream = "to_" + host.Replace('*', '_');
        return
            $$"""
              upstream {{upstream}} {
                {{(sticky ? "hash $route consistent;" : "")}}
                {{string.Join(' ', addresses.DefaultIfEmpty("127.0.0.1:1").Select(address => $"server {address} max_fails=0;"))}}
                keepalive 32;
              }
              server {
                listen {{Address}}:443 ssl http2;
                listen 10.244.0.1:443 ssl http2;
                server_name {{host}};
                client_max_body_size {{of["proxy-body-size"]}};
                proxy_read_timeout {{of["proxy-read-timeout"]}}s;
                proxy_send_timeout {{of["proxy-send-timeout"]}}s;
                proxy_request_buffering {{of["proxy-request-buffering"]}};
                proxy_buffering {{of["proxy-buffering"]}};
                proxy_buffer_size {{of["proxy-buffer-size"]}};
                proxy_buffers 4 {{of["proxy-buffer-size"]}};
                {{(sticky ? "add_header Set-Cookie $new_route;" : "")}}
                location / { proxy_pass http://{{upstream}}; }
              }

            """;
    }

    private static string PortName(JsonNode service, JsonNode wanted) => (string)service["spec"]!["ports"]!.AsArray()
        .Single(port => (string?)port!["name"] == (string?)wanted["name"] || port["port"]!.ToString() == wanted["number"]?.ToString())!["name"]!;

    private static string[] Addresses(JsonNode? endpoints, string port) =>
    [
        .. from subset in endpoints?["subsets"]?.AsArray() ?? []
           from number in subset!["ports"]?.AsArray() ?? []
           where (string?)number!["name"] == port
           from address in subset["addresses"]?.AsArray() ?? []
           select $"{address!["ip"]}:{number["port"]}",
    ];

    // Those of this installation: others may be on the cluster.
    private static string[] Spaces => [Product.Namespace, Product.Namespace + "-sessions"];

    private static async Task<Dictionary<(string Namespace, string Name), JsonNode>> ItemsAsync(string kind)
    {
        List<JsonNode> items = [];
        foreach (var space in Spaces)
            items.AddRange(JsonNode.Parse(await Kubectl.RunAsync("get", kind, "-n", space, "-o", "json"))!["items"]!.AsArray().OfType<JsonNode>());
        return items.ToDictionary(Name);
    }

    private static (string Namespace, string Name) Name(JsonNode item) => ((string)item["metadata"]!["namespace"]!, (string)item["metadata"]!["name"]!);
}
