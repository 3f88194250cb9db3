using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>Section <c>Runtime:Kubernetes</c>. What changes here counts for sessions that start afterwards; running ones stay as they are.</summary>
internal sealed class KubernetesOptions
{
    /// <summary>The namespace of all sessions. Default <c>devex-sessions</c>. WARNING: nothing else may live in it, and never <c>default</c>: its policies are made for code of strangers.</summary>
    public string Namespace { get; set; } = "devex-sessions";

    /// <summary>Path of a kubeconfig. Default: the pod's own service account, or else what kubectl would take.</summary>
    public string? Kubeconfig { get; set; }

    /// <summary>Image of restore, saver and save, with its digest. Without it no session starts, and everybody is told so.</summary>
    public string? RunnerImage { get; set; }

    /// <summary>Session images by template, each with its digest. A template that is absent here is taken by the name in its <c>template.json</c>.</summary>
    public Dictionary<string, string> Images { get; set; } = [];

    /// <summary>Whether images must name a digest. Default true. WARNING: without it what a tag means may change under a running session's restart.</summary>
    public bool RequireDigests { get; set; } = true;

    /// <summary>Secrets in the namespace with which images are pulled. Default none.</summary>
    public List<string> ImagePullSecrets { get; set; } = [];

    /// <summary>How browsers get to a session. Default <see cref="SessionRouting.Ingress"/>; the wildcard route to the Gateway works with both.</summary>
    public SessionRouting Routing { get; set; } = SessionRouting.Ingress;

    /// <summary>Ingress class of the sessions' Ingresses. Default: the cluster's own.</summary>
    public string? IngressClass { get; set; }

    /// <summary>
    /// TLS Secret of the sessions' Ingresses, in the sessions' namespace: an Ingress reads no other. <c>{id}</c> in it stands for the REPL's id, for one certificate a host.
    /// Default: none, and the Ingress names no TLS.
    /// </summary>
    public string? TlsSecret { get; set; }

    /// <summary>
    /// Annotations of the sessions' Ingresses, such as cert-manager's issuer, beside those that ingress-nginx needs for uploads of any size and for WebSockets, which other controllers do not read.
    /// One with an empty value is left out. Names have slashes, which names of variables may not, so all may be given as one string: <c>name=value;name=value</c>.
    /// </summary>
    public Dictionary<string, string> IngressAnnotations { get; set; } = new()
    {
        ["nginx.ingress.kubernetes.io/proxy-body-size"] = "0",
        ["nginx.ingress.kubernetes.io/proxy-buffering"] = "off",
        ["nginx.ingress.kubernetes.io/proxy-read-timeout"] = "3600",
        ["nginx.ingress.kubernetes.io/proxy-request-buffering"] = "off",
        ["nginx.ingress.kubernetes.io/proxy-send-timeout"] = "3600",
    };

    /// <summary>Runtime class of sessions, such as gVisor's or Kata's. Default: the cluster's own. The first thing to set where strangers may sign in.</summary>
    public string? RuntimeClass { get; set; }

    /// <summary>Labels of nodes that take sessions. Default: any node.</summary>
    public Dictionary<string, string> NodeSelector { get; set; } = [];

    /// <summary>Priority class of sessions. Default: the cluster's own. <c>deploy/</c> has one below Devex's own parts.</summary>
    public string? PriorityClass { get; set; }

    /// <summary>Whether sessions have user ids of their own on the node (<c>hostUsers: false</c>). Default false: only clusters from 1.33 on have it switched on.</summary>
    public bool UserNamespaces { get; set; }

    /// <summary>Storage class of a volume of its own for each session's files. Default none: they are on the node's disk. WARNING: a volume takes seconds to be attached at each start.</summary>
    public string? StorageClass { get; set; }

    /// <summary>What the container of users' programs is sure of, and at most gets.</summary>
    public string CpuRequest { get; set; } = "100m";

    public string CpuLimit { get; set; } = "2";

    public string MemoryRequest { get; set; } = "256Mi";

    /// <summary>Default 1Gi. A program that takes more is killed by the kernel, and the session with it if it is <c>serve</c>.</summary>
    public string MemoryLimit { get; set; } = "1Gi";

    /// <summary>Disk that a session is sure of. Default 1Gi. The limit is twice <c>Limits:Bytes</c>: over it the pod is evicted, so <c>serve</c> refuses long before.</summary>
    public string DiskRequest { get; set; } = "1Gi";

    /// <summary>How long <c>serve</c> may take until it listens, once its container runs. Default 30 s.</summary>
    public TimeSpan ServeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a start waits while nothing at all happens to its pod: for a node with room, or for an image. Default 10 minutes, enough for a node to be made.</summary>
    public TimeSpan StartPatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Addresses of Core's session listener and of S3 as sessions reach them, in private ranges: these alone pass the NetworkPolicy. CIDR, with a port. Default none.</summary>
    public List<AllowedAddress> Allowed { get; set; } = [];

    /// <summary>Namespaces whose pods may reach sessions: Core's, the Gateway's and the ingress controller's. Default <c>devex</c> and <c>ingress-nginx</c>.</summary>
    public List<string> FrontNamespaces { get; set; } = ["devex", "ingress-nginx"];
}

/// <summary>Reads <c>Runtime:Kubernetes:IngressAnnotations</c> also as one string, as environment variables give it.</summary>
internal sealed class KubernetesOptionsBinding(IConfiguration configuration) : IConfigureOptions<KubernetesOptions>, IValidateOptions<KubernetesOptions>
{
    private const string Key = "Runtime:Kubernetes:IngressAnnotations";

    public void Configure(KubernetesOptions options)
    {
        foreach (var (name, value) in Entries().OfType<(string, string)>())
            options.IngressAnnotations[name] = value;
    }

    public ValidateOptionsResult Validate(string? name, KubernetesOptions options) => Entries().Contains(null)
        ? ValidateOptionsResult.Fail($"{Key} is '{configuration[Key]}', which is not name=value;name=value.")
        : ValidateOptionsResult.Success;

    private IEnumerable<(string Name, string Value)?> Entries() => (configuration[Key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(entry => entry.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var value] ? (name, value) : ((string, string)?)null);
}

/// <summary>How browsers get to a session.</summary>
internal enum SessionRouting
{
    /// <summary>An Ingress for each REPL, straight to its Service.</summary>
    Ingress,

    /// <summary>None: one wildcard route to the Gateway, which must be there anyhow.</summary>
    Wildcard,
}

/// <summary>What a session may reach although it is not public.</summary>
internal sealed class AllowedAddress
{
    /// <summary>For example <c>10.0.3.0/24</c>.</summary>
    public string Cidr { get; set; } = "";

    public int Port { get; set; }
}
