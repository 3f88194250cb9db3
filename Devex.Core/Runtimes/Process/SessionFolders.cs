using Devex.Contracts;

namespace Devex.Core.Runtimes.Process;

/// <summary>
/// Paths of one session: files and bookkeeping below the data folder, sockets below the short runtime folder.
/// <code>
/// {data}/{replId}/session.json           whose it is
///                 files/{workspace,home,journal}
///                 control/               never seen by the sandbox
///                 processes/{name}.{json,lock,exit,log}
///                 etc/                   passwd, hosts … as the sandbox sees them
/// {run}/{replId}/serve.sock              where serve binds, in a folder that the session may write
/// {run}/sockets/{replId}.sock            where Core moves it, out of the session's reach
/// </code>
/// </summary>
internal sealed record SessionFolders(string Data, string Run, ReplId Id)
{
    public string Root => Path.Combine(Data, Id.ToString());

    public string Record => Path.Combine(Root, "session.json");

    public string Files => Path.Combine(Root, "files");

    public string Workspace => Path.Combine(Files, "workspace");

    public string Home => Path.Combine(Files, "home");

    public string Journal => Path.Combine(Files, "journal");

    public string Control => Path.Combine(Root, "control");

    public string Etc => Path.Combine(Root, "etc");

    public string Processes => Path.Combine(Root, "processes");

    public string Sockets => Path.Combine(Run, Id.ToString());

    public string BoundSocket => Path.Combine(Sockets, "serve.sock");

    public string Socket => Path.Combine(Run, "sockets", $"{Id}.sock");

    public string RestoreMarker => Path.Combine(Control, "restored.json");

    public string Process(string name, string extension) => Path.Combine(Processes, $"{name}.{extension}");
}
