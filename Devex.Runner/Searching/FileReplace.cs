using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Sessions;

namespace Devex.Runner.Searching;

/// <summary>Replaces what a search found, a file at a time, each as a whole or not at all.</summary>
internal sealed class FileReplace(WorkspaceFiles files)
{
    private const int MaxFiles = 5000;

    public ReplacedInFiles Run(ReplaceInFiles request, CancellationToken cancellation)
    {
        if (request.Query.Replacement is null)
            throw new SessionException(ErrorCodes.InvalidParams, "search.replacement", "A replacement is needed; it may be empty.");
        if (request.Files.Count > MaxFiles)
            throw new SessionException(ErrorCodes.TooLarge, "search.files", $"At most {MaxFiles} files are changed at once.", limit: MaxFiles);
        var matcher = new LineMatcher(request.Query);
        var (changed, matches, left) = (0, 0, new List<string>());
        foreach (var file in request.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            var replaced = Replace(file, matcher, cancellation);
            if (replaced == 0)
                left.Add(file.Path);
            else
                (changed, matches) = (changed + 1, matches + replaced);
        }
        return new ReplacedInFiles(changed, matches, left);
    }

    private int Replace(ReplaceInFile file, LineMatcher matcher, CancellationToken cancellation)
    {
        if (SearchedText.Read(files, file.Path, matcher) is not { } text || text.Version != file.Version)
            return 0;
        var (content, count) = text.Replace(matcher, file.Only, cancellation);
        if (count == 0)
            return 0;
        try
        {
            files.Write(file.Path, content, text.Version);
            return count;
        }
        catch (SessionException e) when (e.Code is ErrorCodes.Conflict or ErrorCodes.Forbidden or ErrorCodes.NotFound)
        {
            return 0;
        }
    }
}
