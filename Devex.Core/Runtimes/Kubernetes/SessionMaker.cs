using System.Net;
using Devex.Core.Keys;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Devex.ServiceDefaults.Hosts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>Makes a session's objects, and makes anew what somebody took away.</summary>
internal sealed class SessionMaker(
    KubernetesApi api, Resources resources, Cluster cluster, CoreKeys keys, CoreAddress address, ISnapshots snapshots, IOptions<KubernetesOptions> options,
    IOptions<SpaceLimits> space, IOptions<HostsOptions> hosts)
{
    private const string Digest = "@sha256:";

    /// <summary>Why a template cannot run here; null when it can.</summary>
    public string? Refuse(TemplateManifest template) => (options.Value.RunnerImage, Image(template)) switch
    {
        (null or "", _) => "No runner image is configured here: an operator sets Runtime:Kubernetes:RunnerImage.",
        ({ } runner, { } image) when options.Value.RequireDigests && (!runner.Contains(Digest, StringComparison.Ordinal) || !image.Contains(Digest, StringComparison.Ordinal)) =>
            $"The image of '{template.Key}' has no digest: an operator sets Runtime:Kubernetes:Images:{template.Key}.",
        _ => null,
    };

    /// <summary>What exists already is taken as it is: a Deployment that changes would replace the pod under its user's hands.</summary>
    public async Task MakeAsync(SessionSpec spec, CancellationToken cancellationToken)
    {
        var session = spec.ToRuntimeSession();
        var (group, inputs) = (spec.Id.ToString(), Inputs(spec));
        await RefuseAnotherAsync(session, cancellationToken);
        // The Secret is written each time: Core's address and keys may have moved.
        var secret = await ApplyAsync(
            resources.Secrets, cluster.Secrets, SessionObjects.Secret(inputs, address.SessionUrl, snapshots.IssueBootstrapToken(spec.Owner, spec.Id, spec.Session, "pod")), cancellationToken);
        var service = Known(cluster.Services) ?? await ApplyAsync(resources.Services, cluster.Services, SessionObjects.Service(inputs), cancellationToken);
        var ingress = options.Value.Routing is not SessionRouting.Ingress ? null
            : Known(cluster.Ingresses) ?? await ApplyAsync(resources.Ingresses, cluster.Ingresses, SessionObjects.Ingress(inputs, new Uri(hosts.Value.ReplOrigin(group)).IdnHost), cancellationToken);
        // Last: the way to the pod is laid while there is none, and then nothing but the pod keeps the cluster busy.
        var deployment = Known(cluster.Deployments) ?? await ApplyAsync(resources.Deployments, cluster.Deployments, Deployment(spec, inputs), cancellationToken);
        await OwnAsync(resources.Secrets, secret, deployment, cancellationToken);
        await OwnAsync(resources.Services, service, deployment, cancellationToken);
        if (ingress is not null)
            await OwnAsync(resources.Ingresses, ingress, deployment, cancellationToken);

        T? Known<T>(Informer<T> informer)
            where T : class, IKubernetesObject<V1ObjectMeta> =>
            informer.Of(group).FirstOrDefault(item => SessionNames.IsOf(item, session) && item.Metadata.DeletionTimestamp is null);
    }

    public PodInputs Inputs(SessionSpec spec) => new(
        spec.ToRuntimeSession(), options.Value.RunnerImage ?? throw new RuntimeException("No runner image is configured here."),
        spec.Template is null ? null : Image(spec.Template), keys.TicketPublicKey, space.Value.Bytes, options.Value);

    private string Image(TemplateManifest template) => options.Value.Images.GetValueOrDefault(template.Key) ?? template.Image;

    private static V1Deployment Deployment(SessionSpec spec, PodInputs inputs) => spec.Template is not null
        ? SessionObjects.Deployment(inputs)
        : throw new RuntimeException("The template is not installed here any more, so that no pod can be made.");

    private async Task RefuseAnotherAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        var there = await api.FindAsync(resources.Deployments, SessionNames.Of(session.Id), cancellationToken);
        if (there is not null && SessionNames.Read(there) is var other && other != session)
            throw new RuntimeException($"A Deployment of another session ({other?.Session}) is still there.");
        if (there is not null)
            cluster.Deployments.Take(there);
    }

    private async Task<T> ApplyAsync<T>(Resource<T> resource, Informer<T> informer, T item, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var applied = await api.ApplyAsync(resource, item, cancellationToken);
        informer.Take(applied);
        return applied;
    }

    private async Task OwnAsync<T>(Resource<T> resource, T item, V1Deployment deployment, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (item.Metadata.OwnerReferences?.Any(owner => owner.Uid == deployment.Metadata.Uid) == true)
            return;
        try
        {
            await api.MergeAsync(resource, item.Metadata.Name, SessionObjects.OwnedBy(deployment), cancellationToken);
        }
        catch (ClusterException e) when (e.Status is HttpStatusCode.NotFound)
        {
            // Taken away meanwhile: the next look makes it anew.
        }
    }
}
