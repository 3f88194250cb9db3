using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Git;

/// <summary>Takes what git writes to its errors apart: how far it is, and what it has to say.</summary>
internal sealed partial class ProgressReader(TimeProvider time, Action<GitProgress> progressed)
{
    private const int MostLines = 60;
    private const int LongestLine = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly StringBuilder _line = new();
    private readonly Queue<string> _said = [];
    private GitProgress? _last;
    private long _told;

    /// <summary>The last lines that were no progress.</summary>
    public string Said => string.Join('\n', _said);

    public async Task RunAsync(Stream errors)
    {
        var (bytes, characters, decoder) = (new byte[4096], new char[4096], Encoding.UTF8.GetDecoder());
        while (await errors.ReadAsync(bytes) is > 0 and var read)
            Take(characters.AsSpan(0, decoder.GetChars(bytes, 0, read, characters, 0)));
        End();
    }

    /// <summary>A part of what it writes; its lines end with a carriage return where the next is to be written over them.</summary>
    internal void Take(ReadOnlySpan<char> part)
    {
        foreach (var c in part)
        {
            if (c is '\r' or '\n')
                End();
            else if (_line.Length < LongestLine)
                _line.Append(c);
        }
    }

    private void End()
    {
        var line = _line.ToString().TrimEnd();
        _line.Clear();
        if (Progress().Match(line) is { Success: true } found)
        {
            Tell(new GitProgress(found.Groups["what"].Value, Math.Min(100, int.Parse(found.Groups["percent"].ValueSpan, CultureInfo.InvariantCulture))));
            return;
        }
        if (line.Length == 0 || line.StartsWith("hint:", StringComparison.Ordinal))
            return;
        _said.Enqueue(line);
        if (_said.Count > MostLines)
            _said.Dequeue();
    }

    private void Tell(GitProgress now)
    {
        if (now == _last || (now.Text == _last?.Text && now.Percent < 100 && time.GetElapsedTime(_told) < Pause))
            return;
        (_last, _told) = (now, time.GetTimestamp());
        progressed(now);
    }

    [GeneratedRegex(@"^(?:remote: )?(?<what>[A-Z][^:%]{0,60}):\s+(?<percent>\d{1,3})% \(", RegexOptions.CultureInvariant)]
    private static partial Regex Progress();
}
