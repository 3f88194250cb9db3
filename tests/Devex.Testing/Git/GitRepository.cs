using System.Diagnostics;
using System.Text;

namespace Devex.Testing.Git;

/// <summary>A bare repository whose commits are made object by object, so that they may hold what git itself would not make.</summary>
public sealed class GitRepository
{
    public const string File = "100644";
    public const string Program = "100755";
    public const string Link = "120000";
    public const string Folder = "40000";
    public const string Submodule = "160000";

    private readonly string _path;

    internal GitRepository(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
        Git(null, "init", "--quiet", "--bare", "--initial-branch=main", path);
        // What a large forge allows.
        Git(null, "config", "uploadpack.allowFilter", "true");
    }

    /// <summary>Runs git here; answers what it writes.</summary>
    public string Git(byte[]? input, params string[] arguments)
    {
        var info = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = _path };
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        foreach (var who in (string[])["AUTHOR", "COMMITTER"])
        {
            info.Environment[$"GIT_{who}_NAME"] = "Ada";
            info.Environment[$"GIT_{who}_EMAIL"] = "ada@example.org";
            info.Environment[$"GIT_{who}_DATE"] = "1700000000 +0000";
        }
        info.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(info)!;
        process.StandardInput.BaseStream.Write(input ?? []);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    /// <summary>Writes an object; answers its name.</summary>
    public string Blob(byte[] content) => Git(content, "hash-object", "-w", "--stdin");

    public string Blob(string content) => Blob(Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a tree of exactly these entries, in this order.</summary>
    public string Tree(params (string Mode, string Name, string Object)[] entries)
    {
        using var bytes = new MemoryStream();
        foreach (var (mode, name, id) in entries)
        {
            bytes.Write(Encoding.UTF8.GetBytes($"{mode} {name}\0"));
            bytes.Write(Convert.FromHexString(id));
        }
        return Git(bytes.ToArray(), "hash-object", "-t", "tree", "-w", "--literally", "--stdin");
    }

    /// <summary>Makes a commit the newest of a branch; answers its name.</summary>
    public string Commit(string tree, string branch = "main", string? parent = null)
    {
        var commit = Git(null, ["commit-tree", "-m", "made", .. parent is null ? (string[])[] : ["-p", parent], tree]);
        Git(null, "update-ref", $"refs/heads/{branch}", commit);
        return commit;
    }

    /// <summary>A commit of files alone, all in the root.</summary>
    public string Commit(params (string Name, string Text)[] files) =>
        Commit(Tree([.. files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (File, file.Name, Blob(file.Text)))]));

    /// <summary>A commit of these files alone, all in the root, that follows the newest of the branch.</summary>
    public string Follow(params (string Name, string Text)[] files) =>
        Commit(Tree([.. files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (File, file.Name, Blob(file.Text)))]), parent: Git(null, "rev-parse", "main"));

    /// <summary>What a file of the newest commit of a branch holds.</summary>
    public string Read(string name, string branch = "main") => Git(null, "cat-file", "blob", $"{branch}:{name}");
}
