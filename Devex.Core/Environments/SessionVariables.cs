using System.Security.Cryptography;
using System.Text;
using Devex.Contracts;
using Devex.Core.Identity;
using Devex.Core.Keys;
using Devex.Core.Repls;
using Devex.Core.Templates;

namespace Devex.Core.Environments;

/// <summary>What programs of a session get.</summary>
internal interface ISessionVariables
{
    /// <summary>The template's variables, over them the owner's own, and over those the REPL's.</summary>
    Task<SessionVariables> OfAsync(ReplRecord repl, CancellationToken cancellationToken);
}

/// <summary>The variables of a session, and a mark that tells whether they are others than before and nothing else.</summary>
internal sealed record SessionVariables(IReadOnlyDictionary<string, string> Values, string Mark);

/// <inheritdoc/>
internal sealed partial class SessionEnvironment(ITemplates templates, UserDirectory users, Variables variables, CoreKeys keys, ILogger<SessionEnvironment> logger) : ISessionVariables
{
    public async Task<SessionVariables> OfAsync(ReplRecord repl, CancellationToken cancellationToken)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in templates.Find(repl.Template)?.Environment ?? new Dictionary<string, string>())
            values[name] = value;
        Add((await users.FindAsync(repl.Owner, cancellationToken))?.Environment ?? [], Variables.Of(repl.Owner));
        Add(repl.Environment, Variables.Of(repl.Id));
        return new SessionVariables(values, Mark(keys, values));

        void Add(IReadOnlyList<StoredVariable> list, string belongsTo)
        {
            foreach (var variable in list)
            {
                if (variables.Open(variable, belongsTo) is { } value)
                    values[variable.Name] = value;
                else
                    LogSealed(repl.Id, variable.Name);
            }
        }
    }

    /// <summary>Keyed, because it is kept where values are not: a plain hash would let short ones be guessed.</summary>
    internal static string Mark(CoreKeys keys, SortedDictionary<string, string> values)
    {
        var text = string.Concat(values.Select(pair => $"{pair.Key}={pair.Value}\0"));
        return Convert.ToHexStringLower(HMACSHA256.HashData(keys.Marks, Encoding.UTF8.GetBytes(text)));
    }

    [LoggerMessage(1, LogLevel.Warning, "The variable {Name} of REPL {Repl} cannot be opened and is left out. Was Keys:Secrets changed?")]
    private partial void LogSealed(ReplId repl, string name);
}
