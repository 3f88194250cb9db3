using System.Text.Json.Nodes;

namespace Devex.Hosting.Tests.Deploying;

/// <summary>What is applied to a cluster: our overlays over Aspir8's output.</summary>
[Trait("Tier", "integration")]
public sealed class OverlayTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<string> Overlays => ["production", "dev", "test"];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_Service_leads_to_a_program_that_listens_there(string overlay)
    {
        var rendered = await Rendered.OverlayAsync(overlay);
        Assert.Superset(
            new HashSet<string>(["core", "core-sessions", "gateway", "redis", "web"]), rendered.All("Service").Select(Rendered.Name).ToHashSet());
        foreach (var service in rendered.All("Service"))
        {
            var program = Assert.Single(rendered.Selected(service["spec"]!["selector"]));
            foreach (var port in service["spec"]!["ports"]!.AsArray())
            {
                Assert.Equal((string?)port!["port"], Rendered.Port(program, (string)port["targetPort"]!));
            }
        }

        // Sessions reach the one, Gateway and Web the other.
        Assert.Equal(["7071"], Ports(rendered.One("Service", "core-sessions")));
        Assert.Equal(["8080"], Ports(rendered.One("Service", "core")));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task No_secret_is_in_a_ConfigMap_and_each_comes_from_the_Secret(string overlay)
    {
        var manifest = await DeployFolder.ManifestAsync(Cancellation);
        var rendered = await Rendered.OverlayAsync(overlay);
        Assert.DoesNotContain(DeployFolder.NoSecret, rendered.Text, StringComparison.Ordinal);

        var secret = rendered.One("Secret", "devex-secrets");
        var values = secret["data"]!.AsObject().Select(entry => (string)entry.Value!).Where(value => value.Length > 0)
            .Select(value => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(value))).ToArray();
        Assert.True(values.Length >= 5 && values.Distinct().Count() == values.Length);
        Assert.All(rendered.All("ConfigMap"), map => Assert.All(values, value => Assert.DoesNotContain(value, map.ToJsonString(), StringComparison.Ordinal)));

        foreach (var (name, variable) in SecretVariables(manifest))
        {
            var program = Assert.Single(rendered.Programs, item => Rendered.Name(item) == name);
            Assert.DoesNotContain(
                rendered.All("ConfigMap").Where(map => Rendered.Name(map).StartsWith(name + "-env", StringComparison.Ordinal)), map => map["data"]?[variable] is not null);
            var value = rendered.Environment(program)[variable];
            // Other overlays have servers of their own, whose keys are no secret.
            if (overlay == "production")
            {
                Assert.True(value.StartsWith("secret:", StringComparison.Ordinal) || value.EndsWith("password=$(REDIS_PASSWORD)", StringComparison.Ordinal), $"{name} has {variable}={value}");
            }
        }

        foreach (var reference in rendered.Programs.SelectMany(program => Rendered.Container(program)["env"]?.AsArray() ?? []).Select(variable => variable!["valueFrom"]?["secretKeyRef"]).OfType<JsonNode>())
        {
            Assert.Equal(Rendered.Name(secret), (string?)reference["name"]);
            Assert.True(secret["data"]![(string)reference["key"]!] is not null || (string?)reference["optional"] == "true", $"new-secrets.sh makes no {reference["key"]}.");
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_program_has_all_settings_that_it_needs(string overlay)
    {
        var manifest = await DeployFolder.ManifestAsync(Cancellation);
        var rendered = await Rendered.OverlayAsync(overlay);
        foreach (var (name, resource) in manifest.Where(resource => resource.Value!["env"] is not null))
        {
            var program = Assert.Single(rendered.Programs, item => Rendered.Name(item) == name);
            var environment = rendered.Environment(program);
            Assert.Superset(resource!["env"]!.AsObject().Select(entry => entry.Key).ToHashSet(), environment.Keys.ToHashSet());
            Assert.DoesNotContain(environment, entry => entry.Value.Contains('{', StringComparison.Ordinal));
            if (name != "redis")
            {
                Assert.Equal(Rendered.Port(program, "http"), environment["HTTP_PORTS"]);
                Assert.Equal("redis:6379,password=$(REDIS_PASSWORD)", environment["ConnectionStrings__redis"]);
                // A variable is expanded only if it stands before.
                var names = Rendered.Container(program)["env"]!.AsArray().Select(variable => (string)variable!["name"]!).ToList();
                Assert.True(names.IndexOf("REDIS_PASSWORD") < names.IndexOf("ConnectionStrings__redis"));
            }
        }

        var core = rendered.Environment(rendered.One("Deployment", "core"));
        Assert.Equal(("Kubernetes", "7071"), (core["Runtime__Kind"], core["Core__SessionPort"]));
        AssertReaches(rendered, core["Core__SessionUrl"], "core-sessions");
        foreach (var front in (string[])["gateway", "web"])
        {
            AssertReaches(rendered, rendered.Environment(rendered.One("Deployment", front))["services__core__http__0"], "core");
        }

        // Core answers to the name by which they call it.
        Assert.Equal("core", core["Hosts__Internal__0"]);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Everything_runs_under_the_restricted_Pod_Security_Standard(string overlay)
    {
        var rendered = await Rendered.OverlayAsync(overlay);
        foreach (var program in rendered.Programs)
        {
            var pod = Rendered.Pod(program)["spec"]!;
            Assert.Equal(("true", "RuntimeDefault"), ((string?)pod["securityContext"]!["runAsNonRoot"], (string?)pod["securityContext"]!["seccompProfile"]!["type"]));
            Assert.NotEqual("0", (string?)pod["securityContext"]!["runAsUser"]);
            Assert.All((string[])["hostNetwork", "hostPID", "hostIPC"], name => Assert.Null(pod[name]));
            Assert.All(pod["volumes"]?.AsArray() ?? [], volume => Assert.True(volume!["emptyDir"] is not null || volume["configMap"] is not null));
            var security = Rendered.Container(program)["securityContext"]!;
            Assert.Equal("false", (string?)security["allowPrivilegeEscalation"]);
            Assert.Equal("""["ALL"]""", security["capabilities"]!["drop"]!.ToJsonString());
            Assert.Null(security["privileged"]);
            Assert.Equal(Rendered.Name(program) == "core" ? "true" : "false", (string?)pod["automountServiceAccountToken"]);
        }

        var labels = Assert.Single(rendered.All("Namespace"))["metadata"]!["labels"]!;
        Assert.Equal("restricted", (string?)labels["pod-security.kubernetes.io/enforce"]);
    }

    [Fact]
    public async Task Programs_are_replaced_one_by_one_and_only_when_they_are_ready()
    {
        var rendered = await Rendered.OverlayAsync("production");
        foreach (var name in (string[])["core", "gateway", "web"])
        {
            var program = rendered.One("Deployment", name);
            Assert.Equal("0", (string?)program["spec"]!["strategy"]!["rollingUpdate"]!["maxUnavailable"]);
            Assert.True(int.Parse((string)program["spec"]!["replicas"]!, System.Globalization.CultureInfo.InvariantCulture) >= 2);
            Assert.Single(rendered.Selected(rendered.One("PodDisruptionBudget", name)["spec"]!["selector"]!["matchLabels"]));
            var container = Rendered.Container(program);
            foreach (var (probe, path) in ((string, string)[])[("startupProbe", "/alive"), ("livenessProbe", "/alive"), ("readinessProbe", "/health")])
            {
                Assert.Equal((path, "http"), ((string?)container[probe]!["httpGet"]!["path"], (string?)container[probe]!["httpGet"]!["port"]));
            }

            Assert.Equal("8080", Rendered.Port(program, "http"));
            Assert.NotNull(container["resources"]!["requests"]!["memory"]);
            Assert.NotNull(container["resources"]!["limits"]!["memory"]);
        }

        // It has a disk, and is asked with its password.
        var redis = rendered.One("StatefulSet", "redis");
        Assert.Equal((string?)redis["spec"]!["volumeClaimTemplates"]![0]!["metadata"]!["name"], (string?)Rendered.Container(redis)["volumeMounts"]![0]!["name"]);
        Assert.Contains("REDISCLI_AUTH", Rendered.Container(redis)["readinessProbe"]!.ToJsonString(), StringComparison.Ordinal);

        // It hears itself when it is told to end, and else is what Aspire makes of it.
        var arguments = Rendered.Container(redis)["args"]!.AsArray();
        Assert.StartsWith("exec redis-server ", (string?)arguments[1], StringComparison.Ordinal);
        Assert.Contains($"  {((string)arguments[1]!)["exec ".Length..]}\n", File.ReadAllText(Path.Combine(DeployFolder.Example, "redis", "statefulset.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_public_names_lead_to_Web_and_the_Gateway()
    {
        var rendered = await Rendered.OverlayAsync("production");
        var core = rendered.Environment(rendered.One("Deployment", "core"));
        foreach (var (ingress, hosts) in ((string, string[])[])
            [("web", [new Uri(core["Hosts__Web"]).Host]), ("gateway", ["*." + new Uri(core["Hosts__Repl"]).Host, "*." + new Uri(core["Hosts__Preview"]).Host])])
        {
            var spec = rendered.One("Ingress", ingress)["spec"]!;
            Assert.Equal(hosts, spec["rules"]!.AsArray().Select(rule => (string)rule!["host"]!));
            Assert.Equal(hosts, spec["tls"]!.AsArray().SelectMany(tls => tls!["hosts"]!.AsArray()).Select(host => (string)host!));
            foreach (var path in spec["rules"]!.AsArray().SelectMany(rule => rule!["http"]!["paths"]!.AsArray()))
            {
                var backend = path!["backend"]!["service"]!;
                Assert.Equal(ingress, (string?)backend["name"]);
                Assert.Contains(rendered.One("Service", ingress)["spec"]!["ports"]!.AsArray(), port => (string?)port!["name"] == (string?)backend["port"]!["name"]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Nobody_reaches_what_is_not_meant_for_them(string overlay)
    {
        var rendered = await Rendered.OverlayAsync(overlay);
        var policies = rendered.All("NetworkPolicy").ToArray();
        Assert.Contains(policies, policy => policy["spec"]!["podSelector"]!.AsObject().Count == 0 && policy["spec"]!["ingress"] is null && policy["spec"]!["policyTypes"]!.AsArray().Count == 2);
        foreach (var policy in policies)
        {
            var programs = rendered.Programs.Where(program => Selects(policy["spec"]!["podSelector"]!, program)).ToArray();
            Assert.NotEmpty(programs);
            foreach (var port in (policy["spec"]!["ingress"]?.AsArray() ?? []).SelectMany(rule => rule!["ports"]!.AsArray()))
            {
                Assert.All(programs, program => Rendered.Port(program, (string)port!["port"]!));
            }
        }

        // Sessions get to Core's session listener, never to its API.
        var fromSessions = rendered.One("NetworkPolicy", "core")["spec"]!["ingress"]!.AsArray().Where(rule => rule!["from"]!.ToJsonString().Contains("devex-sessions", StringComparison.Ordinal));
        Assert.Equal("sessions", (string?)Assert.Single(Assert.Single(fromSessions)!["ports"]!.AsArray())!["port"]);
        // The account to which the cluster's bootstrap gives its rights.
        Assert.Equal("devex-core", (string?)Rendered.Pod(rendered.One("Deployment", "core"))["spec"]!["serviceAccountName"]);
        Assert.All(rendered.Programs.Where(program => program["metadata"]!["labels"]!["app.kubernetes.io/name"] is not null), program =>
            Assert.Contains(rendered.All("ServiceAccount"), account => Rendered.Name(account) == (string?)Rendered.Pod(program)["spec"]!["serviceAccountName"]));
    }

    [Fact]
    public async Task LocalStack_is_in_the_overlay_for_trying_alone_and_called_not_durable()
    {
        var dev = await Rendered.OverlayAsync("dev");
        var core = dev.Environment(dev.One("Deployment", "core"));
        Assert.Equal("false", core["S3__Durable"]);
        AssertReaches(dev, core["S3__ServiceUrl"], "localstack");
        Assert.Contains($"s3://{core["S3__Bucket"]}", dev.One("ConfigMap", "localstack-init")["data"]!["bucket.sh"]!.ToJsonString(), StringComparison.Ordinal);

        var production = await Rendered.OverlayAsync("production");
        Assert.DoesNotContain("localstack", production.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("S3__Durable", production.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_DNS_names_are_in_the_hosts_files()
    {
        var rendered = await Rendered.OverlayAsync("test");
        var addresses = rendered.All("Service").ToDictionary(service => (string)service["spec"]!["clusterIP"]!, Rendered.Name);
        foreach (var name in (string[])["core", "gateway", "web"])
        {
            var program = rendered.One("Deployment", name);
            var known = Rendered.Pod(program)["spec"]!["hostAliases"]!.AsArray().ToDictionary(alias => (string)alias!["hostnames"]![0]!, alias => (string)alias!["ip"]!);
            // GitHub is the tests', on the node.
            Assert.True(known.Remove(new Uri(rendered.Environment(rendered.One("Deployment", "core"))["Auth__GitHub__TokenEndpoint"]).Host));
            Assert.All(known, alias => Assert.Equal(alias.Key, addresses[alias.Value]));
            foreach (var host in rendered.Environment(program).Where(entry => entry.Key.StartsWith("services__", StringComparison.Ordinal) || entry.Key == "S3__ServiceUrl")
                .Select(entry => new Uri(entry.Value).Host).Append("redis"))
            {
                Assert.Contains(host, known.Keys);
            }
        }
    }

    [Fact]
    public async Task Values_arrive_as_they_were_given()
    {
        const string Value = "a=b&c<d>\"e'f`g #h: {i} ü";
        var manifest = await DeployFolder.ManifestAsync(Cancellation);
        var parameters = DeployFolder.Parameters(manifest);
        parameters["auth-allow"] = Value;
        var rendered = await Rendered.OverlayAsync("production", new AspirateOutput(manifest, parameters, DeployFolder.Templates).Render());
        Assert.Equal(Value, rendered.Environment(rendered.One("Deployment", "core"))["Auth__Allow"]);
        Assert.DoesNotContain("&#", rendered.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("&amp;", rendered.Text, StringComparison.Ordinal);
    }

    private static void AssertReaches(Rendered rendered, string url, string service)
    {
        var uri = new Uri(url);
        var found = rendered.One("Service", service);
        Assert.Equal("http", uri.Scheme);
        Assert.Contains(uri.Host, (string?[])[service, $"{service}.{found["metadata"]!["namespace"]}.svc", (string?)found["spec"]!["clusterIP"]]);
        Assert.Contains($"{uri.Port}", Ports(found));
    }

    private static string[] Ports(JsonObject service) => [.. service["spec"]!["ports"]!.AsArray().Select(port => (string)port!["port"]!)];

    private static bool Selects(JsonNode selector, JsonObject program)
    {
        var labels = Rendered.Pod(program)["metadata"]!["labels"]!;
        return (selector["matchLabels"]?.AsObject() ?? []).All(label => (string?)labels[label.Key] == (string?)label.Value)
            && (selector["matchExpressions"]?.AsArray() ?? []).All(rule => rule!["values"]!.AsArray().Any(value => (string?)value == (string?)labels[(string)rule["key"]!]));
    }

    /// <summary>The variables of programs into which a secret goes, by way of other resources too.</summary>
    private static IEnumerable<(string Program, string Variable)> SecretVariables(JsonObject manifest)
    {
        var secrets = DeployFolder.Secrets(manifest).ToHashSet();
        bool IsSecret(string text) => secrets.Any(name => text.Contains($"{{{name}.value}}", StringComparison.Ordinal))
            || manifest.Any(resource => text.Contains($"{{{resource.Key}.connectionString}}", StringComparison.Ordinal) && IsSecret((string?)resource.Value!["connectionString"] ?? ""));
        return manifest.SelectMany(resource => (resource.Value!["env"]?.AsObject() ?? []).Where(entry => IsSecret((string)entry.Value!)).Select(entry => (resource.Key, entry.Key)));
    }
}
