using System.Collections.Frozen;
using Devex.Contracts;

namespace Devex.Runner.Access;

/// <summary>Who may call a JSON-RPC method, and whether while the session is frozen.</summary>
/// <param name="Least">The least role.</param>
/// <param name="WhenFrozen">Whether it is answered while frozen: what changes nothing that a snapshot holds.</param>
internal sealed record MethodAccess(Role Least, bool WhenFrozen)
{
    private static readonly MethodAccess Look = new(Role.Viewer, true);
    private static readonly MethodAccess Change = new(Role.Editor, false);
    private static readonly MethodAccess Drive = new(Role.Editor, true);

    /// <summary>Every method of the protocol. A method that is not here cannot be registered.</summary>
    public static readonly FrozenDictionary<string, MethodAccess> All = new Dictionary<string, MethodAccess>
    {
        ["session.ping"] = Look,
        ["session.look"] = Look,
        ["files.list"] = Look,
        ["files.stat"] = Look,
        ["files.read"] = Look,
        ["files.write"] = Change,
        ["files.create"] = Change,
        ["files.rename"] = Change,
        ["files.copy"] = Change,
        ["files.delete"] = Change,
        ["files.watch"] = Look,
        ["files.link"] = Look,
        ["files.uploaded"] = Drive,
        ["files.cancelUpload"] = Drive,
        ["documents.open"] = Look,
        ["documents.push"] = Change,
        ["documents.close"] = Look,
        ["documents.presence"] = Look,
        ["terminals.open"] = Change,
        ["terminals.list"] = Look,
        ["terminals.resize"] = Drive,
        ["terminals.rename"] = Drive,
        ["terminals.close"] = Drive,
        ["run.start"] = Change,
        ["run.stop"] = Drive,
        ["run.status"] = Look,
        ["ports.list"] = Look,
        ["requests.watch"] = Look,
        ["requests.unwatch"] = Look,
        ["saves.state"] = Look,
        ["search.start"] = Look,
        ["search.cancel"] = Look,
        ["search.files"] = Look,
        ["search.replace"] = Change,
        ["git.status"] = Look,
        ["git.diff"] = Look,
        ["git.branches"] = Look,
        ["git.init"] = Change,
        ["git.stage"] = Change,
        ["git.unstage"] = Change,
        ["git.discard"] = Change,
        ["git.commit"] = Change,
        ["git.switch"] = Change,
        ["git.addRemote"] = Change,
        ["git.fetch"] = Change,
        ["git.pull"] = Change,
        ["git.push"] = Change,
        ["git.continue"] = Change,
        ["git.abort"] = Change,
        ["git.cancel"] = Drive,
        ["git.credential"] = Drive,
        ["languages.list"] = Look,
        ["languages.restart"] = Drive,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
