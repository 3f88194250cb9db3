using System.ComponentModel;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Programs;

namespace Devex.Runner.Searching;

/// <summary>
/// Asks ripgrep, where it is installed, which files have a match at all: that is the slow half of a search, and it uses all processors. It is not
/// asked where in them, because what is replaced must be what was shown, and its regular expressions are another dialect.
/// </summary>
/// <param name="programs">Those of the session.</param>
/// <param name="workspace">Where it looks.</param>
/// <param name="searchPath">Where it is looked for; the environment's by default.</param>
internal sealed class Ripgrep(ProgramTable programs, Workspace workspace, string? searchPath = null)
{
    private const int LongestPath = 16 << 10;
    private const int NothingFound = 1;

    private readonly string? _program = (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Where(folder => folder.StartsWith('/')).Select(folder => Path.Combine(folder, "rg")).FirstOrDefault(File.Exists);

    public bool Installed => _program is not null;

    /// <summary>Hands over paths as they are found. False when it cannot do this one, because its dialect lacks something.</summary>
    public async Task<bool> TryFindAsync(SearchQuery query, Action<string> found, CancellationToken cancellation)
    {
        if (_program is null)
            return false;
        PipedProgram program;
        try
        {
            program = PipedProgram.Start(programs, new ProgramStart(_program, ["rg", .. Arguments(query)], ["LANG=C.UTF-8"], workspace.Path));
        }
        catch (Win32Exception)
        {
            return false;
        }
        using (program)
        using (cancellation.Register(program.Kill))
        {
            var errors = program.Errors.CopyToAsync(Stream.Null, CancellationToken.None);
            await ReadAsync(program.Output, found, cancellation);
            await errors;
            cancellation.ThrowIfCancellationRequested();
            return await program.Exited is 0 or NothingFound;
        }
    }

    /// <summary>Its command line; pure.</summary>
    internal static IEnumerable<string> Arguments(SearchQuery query)
    {
        string[] fixedOnes =
        [
            "--files-with-matches", "--null", "--hidden", "--no-config", "--no-messages", "--no-require-git", "--no-ignore-parent", "--no-ignore-global",
            "--color=never", "--crlf", $"--max-filesize={SearchedText.MaxBytes}", "--glob=!.git", $"--glob=!{SessionProtocol.TemporaryPrefix}*",
        ];
        string[] dependencies = query.Ignored ? ["--no-ignore"] : ["--glob=!node_modules", "--glob=!.venv", "--glob=!__pycache__"];
        return
        [
            .. fixedOnes, .. dependencies, query.MatchCase ? "--case-sensitive" : "--ignore-case", .. query.Regex ? (string[])[] : ["--fixed-strings"],
            "--regexp", query.Text, "--", "./",
        ];
    }

    private static async Task ReadAsync(Stream output, Action<string> found, CancellationToken cancellation)
    {
        var buffer = new byte[LongestPath];
        var length = 0;
        while (await output.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and var read)
        {
            length += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, length - start).IndexOf((byte)0)) >= 0; start += end + 1)
            {
                var path = Encoding.UTF8.GetString(buffer, start, end);
                found(path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path);
            }
            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            if (length == buffer.Length)
                length = 0;
        }
    }
}
