using Devex.Contracts;
using Devex.Core.Templates;

namespace Devex.Core.Runtimes;

/// <summary>What a runtime must know to make one session; everything it makes is named after <see cref="Id"/> and <see cref="Session"/>.</summary>
/// <param name="Owner">The REPL's owner.</param>
/// <param name="Id">The REPL.</param>
/// <param name="Session">One run of it, from start to stop.</param>
/// <param name="Template">Its template; null when that has been taken away since.</param>
/// <param name="Follows">Whether a <c>serve</c> of the REPL ended a moment ago, or may have: it may answer in place of the new one.</param>
internal sealed record SessionSpec(UserId Owner, ReplId Id, string Session, TemplateManifest? Template, bool Follows = false)
{
    public RuntimeSession ToRuntimeSession() => new(Owner, Id, Session);
}
