using System.Security.Cryptography;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;

namespace Devex.Runner.Control;

/// <summary>What Core told this session. Read anywhere, changed by <c>PUT /control</c> alone.</summary>
internal sealed class SessionState(ServeOptions options, TimeProvider time)
{
    private const string InstanceAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private long _lastActivity = time.GetUtcNow().UtcTicks;

    /// <summary>22 random characters, new at each start.</summary>
    public string Instance { get; } = RandomNumberGenerator.GetString(InstanceAlphabet, 22);

    public ReplId ReplId => options.ReplId;

    /// <summary>The only foreign origin that may connect; null before control has arrived.</summary>
    public string? WebOrigin { get; private set; }

    /// <summary>Whether control has arrived, so that tickets are taken.</summary>
    public bool Controlled => WebOrigin is not null;

    /// <summary>Why nothing is accepted now, for people; null when live.</summary>
    public string? Frozen { get; private set; }

    /// <summary>The REPL's name, for prompts and titles.</summary>
    public string Name { get; private set; } = options.ReplId.ToString();

    /// <summary>The run button's command; null when there is none.</summary>
    public string? RunCommand { get; private set; }

    /// <summary>The user's variables, for programs started from now on. Never logged, never sent to a client.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>Language servers that the template declares.</summary>
    public IReadOnlyList<LanguageServerSpec> LanguageServers { get; private set; } = [];

    /// <summary>When a person last typed, called or connected.</summary>
    public DateTimeOffset LastActivityAt => new(Volatile.Read(ref _lastActivity), TimeSpan.Zero);

    /// <summary>Notes input by a person.</summary>
    public void Touch() => Volatile.Write(ref _lastActivity, time.GetUtcNow().UtcTicks);

    /// <summary>Refuses to change anything while frozen. Methods are checked before their handlers run; other paths call this.</summary>
    /// <exception cref="SessionException">The session is frozen.</exception>
    public void EnsureLive()
    {
        if (Frozen is { } reason)
            throw new SessionException(ErrorCodes.Frozen, "session.frozen", reason);
    }

    internal void Apply(ControlRequest control)
    {
        WebOrigin = control.WebOrigin ?? WebOrigin;
        Name = control.Name ?? Name;
        RunCommand = control.RunCommand ?? RunCommand;
        Environment = control.Environment ?? Environment;
        LanguageServers = control.LanguageServers ?? LanguageServers;
    }

    internal void Freeze(string? reason) => Frozen = reason;
}
