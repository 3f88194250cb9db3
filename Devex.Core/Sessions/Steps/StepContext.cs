using Devex.Core.Repls;
using Devex.Core.Runtimes;

namespace Devex.Core.Sessions.Steps;

/// <summary>What a step knows: read anew before each.</summary>
/// <param name="Work">The hold on the REPL.</param>
/// <param name="Repl">Its record in S3.</param>
/// <param name="Record">Its session's record.</param>
/// <param name="Held">What the runtime holds; null when nothing.</param>
/// <param name="Seen">What the runtime sees of that.</param>
/// <param name="Spec">What the runtime must know.</param>
internal sealed record StepContext(
    SessionWork Work, ReplRecord Repl, SessionRecord Record, RuntimeSession? Held, RuntimeObservation Seen, SessionSpec Spec);
