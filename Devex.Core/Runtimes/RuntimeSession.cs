using Devex.Contracts;

namespace Devex.Core.Runtimes;

/// <summary>A session that a runtime holds something of: a process, a pod, or a folder with files.</summary>
internal sealed record RuntimeSession(UserId Owner, ReplId Id, string Session);
