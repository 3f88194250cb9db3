using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Sessions;

namespace Devex.Runner.Searching;

/// <summary>Searches the workspace: (1) the files to look into, from ripgrep or a walk; (2) the matches in each; (3) told in batches.</summary>
internal sealed class FileSearch(Workspace workspace, WorkspaceFiles files, Ripgrep ripgrep, TimeProvider time)
{
    /// <summary>A search ends at this many.</summary>
    public const int MaxMatches = 5000;

    /// <summary>A search ends after so long: lines that are each within their time may be very many.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private const int BatchMatches = 200;
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(50);

    /// <exception cref="SessionException">It could not go on.</exception>
    public async Task<EndedSearch> RunAsync(
        StartSearch start, LineMatcher matcher, Action<IReadOnlyList<FoundFile>> tell, CancellationToken cancellation)
    {
        var query = start.Query;
        var run = new Run(files, query, matcher, tell, time);
        using var limit = new CancellationTokenSource(Longest, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            if (!await ripgrep.TryFindAsync(query, path => Look(path), end.Token))
            {
                foreach (var (folder, name) in new WorkspaceWalk(workspace, query.Ignored).Files(end.Token))
                    Look(RelativePath.Join(folder, name));
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // At a limit, or nobody wants it any more.
        }
        run.Flush();
        var late = limit.IsCancellationRequested && !run.Full && !cancellation.IsCancellationRequested;
        return new EndedSearch(
            start.Search, run.Files, run.Matches, run.Full, cancellation.IsCancellationRequested,
            late ? $"This search was ended after {Longest.TotalSeconds:0} s and did not see every file. Search in fewer files, or for something simpler." : null);

        void Look(string path)
        {
            run.Look(path, end.Token);
            if (run.Full)
            {
                end.Cancel();
                end.Token.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>One search: what was found and not yet told.</summary>
    private sealed class Run(WorkspaceFiles files, SearchQuery query, LineMatcher matcher, Action<IReadOnlyList<FoundFile>> tell, TimeProvider time)
    {
        private readonly PathFilter _filter = new(query.Include, query.Exclude);
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private List<FoundFile> _batch = [];
        private int _batched;
        private long _told = time.GetTimestamp();

        public int Files { get; private set; }

        public int Matches { get; private set; }

        public bool Full => Matches >= MaxMatches;

        public void Look(string path, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            // A search that ripgrep gave up is done again by a walk.
            if (!_filter.Takes(path) || SearchedText.Read(files, path, matcher) is not { } text || text.Find(matcher, cancellation) is not { Count: > 0 } matches || !_seen.Add(path))
                return;
            if (Matches + matches.Count > MaxMatches)
                matches = matches[..(MaxMatches - Matches)];
            Files++;
            Matches += matches.Count;
            _batched += matches.Count;
            _batch.Add(new FoundFile(path, text.Version, matches));
            if (_batched >= BatchMatches || time.GetElapsedTime(_told) >= BatchTime)
                Flush();
        }

        public void Flush()
        {
            if (_batch.Count > 0)
                tell(_batch);
            (_batch, _batched, _told) = ([], 0, time.GetTimestamp());
        }
    }
}
