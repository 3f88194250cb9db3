using Devex.Core.Environments;
using Devex.Core.Repls;

namespace Devex.Core.Tests.Sessions;

internal sealed class FakeVariables : ISessionVariables
{
    public Dictionary<string, string> Values { get; } = [];

    public Task<SessionVariables> OfAsync(ReplRecord repl, CancellationToken cancellationToken) => Task.FromResult(
        new SessionVariables(new Dictionary<string, string>(Values), string.Join(';', Values.Select(pair => $"{pair.Key}={pair.Value}"))));
}
