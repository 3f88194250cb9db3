using Devex.Contracts;
using k8s;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Objects;

/// <summary>
/// Names and labels of what belongs to a session. All objects of a REPL have one name, <c>repl-{id}</c>: valid as a DNS label, 17 characters, and of no other REPL. A REPL's name
/// and its owner's never get into a name. The session is in labels and selectors, so that a Deployment made anew takes no pod of the one before it.
/// </summary>
internal static class SessionNames
{
    public const string Repl = "devex.dev/repl";
    public const string Session = "devex.dev/session";
    public const string Owner = "devex.dev/owner";

    /// <summary>On pods that were set aside for an operator: the REPL; then they have none of the other labels.</summary>
    public const string Aside = "devex.dev/aside";

    /// <summary>On pods that were told to end when all of theirs was saved: the REPL; then they have none of the other labels.</summary>
    public const string Ended = "devex.dev/ended";

    /// <summary>On pods that were left on a silent node: the REPL; they save and end when it comes back.</summary>
    public const string Left = "devex.dev/left";

    /// <summary>Everything of sessions.</summary>
    public const string Selector = $"{ManagedBy}=devex,{Repl}";

    private const string ManagedBy = "app.kubernetes.io/managed-by";

    public static string Of(ReplId id) => $"repl-{id}";

    /// <summary>The REPL of a Deployment's pod by the pod's name; null when it has another.</summary>
    public static ReplId? OfPod(string? name) => name?.Split('-') is ["repl", var repl, ..] && ReplId.TryParse(repl, out var id) ? id : null;

    public static string SelectorOf(ReplId id) => $"{Repl}={id}";

    public static string SelectorOf(RuntimeSession session) => $"{Repl}={session.Id},{Session}={session.Session}";

    /// <summary>Labels that select the pods of one session.</summary>
    public static Dictionary<string, string> Pods(RuntimeSession session) => new() { [Repl] = session.Id.ToString(), [Session] = session.Session };

    public static Dictionary<string, string> Labels(RuntimeSession session) => new(Pods(session))
    {
        [Owner] = session.Owner.ToString(),
        [ManagedBy] = "devex",
        ["app.kubernetes.io/name"] = "devex-session",
    };

    /// <summary>Whose object it is; null when its labels were not made here.</summary>
    public static RuntimeSession? Read(IKubernetesObject<V1ObjectMeta> item) =>
        item.Metadata.Labels is { } labels
        && labels.TryGetValue(Repl, out var repl) && ReplId.TryParse(repl, out var id)
        && labels.TryGetValue(Owner, out var user) && UserId.TryParse(user, out var owner)
        && labels.TryGetValue(Session, out var session)
            ? new RuntimeSession(owner, id, session)
            : null;

    public static bool IsOf(IKubernetesObject<V1ObjectMeta> item, RuntimeSession session) => Read(item) == session;
}
