using Devex.Contracts;

namespace Devex.Core.Runtimes.Kubernetes;

internal sealed partial class KubernetesRuntime
{
    [LoggerMessage(LogLevel.Information, "Sessions run in namespace {Namespace} of {Server}")]
    private partial void LogReady(string @namespace, Uri server);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: {Object} of session {Session} was gone and is made anew")]
    private partial void LogRepaired(ReplId replId, string @object, string session);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: the pods of session {Session} were set aside: {Where}")]
    private partial void LogSetAside(ReplId replId, string session, string where);
}
