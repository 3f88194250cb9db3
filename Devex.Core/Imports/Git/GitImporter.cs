using System.Globalization;
using System.Text.RegularExpressions;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Microsoft.Extensions.Options;

namespace Devex.Core.Imports.Git;

/// <summary>
/// Looks at public repositories and makes REPLs of them.
/// <code>
/// address parsed ─► host resolved, checked and pinned ─► asked over HTTP, redirects checked ─► git clone --depth 1 --no-checkout, bounded
///   ─► tree read and checked ─► contents packed ─► first root, record
/// </code>
/// </summary>
internal sealed partial class GitImporter(
    GitProgram git, GitRemote remote, GitHosts hosts, ITemplates templates, SnapshotObjects objects, Importer importer, ReplMaker maker, SpaceAllowance allowance,
    IOptions<ImportOptions> limits, IOptions<GitOptions> options)
{
    /// <summary>What an import would fetch.</summary>
    /// <exception cref="ApiProblem">There is no public repository at that address, or none that can be fetched here.</exception>
    public async Task<GitOffer> LookAsync(string? url, string? branch, CancellationToken cancellationToken)
    {
        var (found, wanted) = await FindAsync(url, branch, cancellationToken);
        var bounds = new GitBounds(options.Value.LookTime, options.Value.LookBytes);
        try
        {
            var head = await GitHead.FindAsync(git, found, wanted, cancellationToken);
            GitOffer Offer(int? files, string? template) => new(found.At.Address.ToString(), found.At.Address.Name, head.Branch, head.Commit, files, template);
            try
            {
                await using var clone = await GitClone.FetchAsync(git, found, head, found.CanFilter, bounds, null, cancellationToken);
                var (count, root) = await GitTree.CountAsync(clone, limits.Value.Entries, cancellationToken);
                return Offer(count, TemplateGuess.Of(root, templates.All));
            }
            catch (ApiProblem e) when (!found.CanFilter && e.Code is "import.git.bytes" or "import.git.time")
            {
                // It cannot be looked at without fetching all of it, which is for later.
                return Offer(null, null);
            }
        }
        catch (GitFailedException e)
        {
            throw GitFailures.Problem(e);
        }
    }

    /// <summary>Fetches and makes a REPL.</summary>
    public async Task<ReplRecord> ImportAsync(UserId owner, ImportGit request, Action<GitImportProgress> progress, CancellationToken cancellationToken)
    {
        var name = ReplFields.Name(string.IsNullOrWhiteSpace(request.Name) ? null : request.Name);
        var asked = request.Template is null ? null : ReplFields.Template(request.Template, templates);
        var (found, branch) = await FindAsync(request.Url, request.Branch, cancellationToken);
        progress(new GitImportProgress(GitImportStage.Fetching, 0));
        var bounds = new GitBounds(options.Value.Time, options.Value.Bytes);
        try
        {
            var head = await GitHead.FindAsync(git, found, branch, cancellationToken);
            await using var clone = await GitClone.FetchAsync(git, found, head, filter: false, bounds, line => Tell(line, progress), cancellationToken);
            var entries = await GitTree.ReadAsync(clone, limits.Value.Entries, cancellationToken);
            var root = entries.Where(entry => !entry.Path.Contains((byte)'/')).Select(entry => System.Text.Encoding.UTF8.GetString(entry.Path)).ToHashSet();
            var template = asked?.Key ?? TemplateGuess.Of(root, templates.All);
            return await maker.MakeAsync(
                owner, template, name, Stem(found.At.Address.Name, template), null,
                (id, token) => WriteAsync(owner, id, template, found.At.Address, clone, entries, progress, token), cancellationToken);
        }
        catch (GitFailedException e)
        {
            throw GitFailures.Problem(e);
        }
    }

    private async Task<(FoundRemote Remote, string? Branch)> FindAsync(string? url, string? branch, CancellationToken cancellationToken)
    {
        var address = GitAddress.Parse(url, hosts.Loopback);
        var wanted = GitBranch.Parse(branch);
        await git.CheckAsync();
        return (await remote.FindAsync(address, cancellationToken), wanted);
    }

    private async Task<SavedState> WriteAsync(
        UserId owner, ReplId id, string template, GitAddress address, GitClone clone, List<GitEntry> entries, Action<GitImportProgress> progress, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            throw ApiProblem.Invalid("url", "import.empty", "The repository holds no files.");
        var space = await allowance.OfAsync(owner, id, cancellationToken);
        using var writer = new SnapshotWriter(owner, objects);
        var tree = new ImportTree(limits.Value.Entries, "repository");
        var files = new GitFiles(clone, tree, writer, new ImportBudget(Math.Min(limits.Value.Bytes, space.MaxBytes), "repository"));
        await files.AddFilesAsync(entries, done => progress(new GitImportProgress(GitImportStage.Packing, (int)(100L * done / entries.Count))), cancellationToken);
        // Git's own reading of the tree comes after ours, which is bounded.
        await clone.FinishAsync(address, cancellationToken);
        await files.AddGitFolderAsync(cancellationToken);
        return await importer.PutAsync(owner, id, template, await writer.CompleteAsync(tree.Build(), cancellationToken), cancellationToken);
    }

    private static string Stem(string name, string template) => ReplName.TryParse(name, out var parsed, out _) ? parsed.Value : template;

    private static void Tell(string line, Action<GitImportProgress> progress)
    {
        if (Progress().Match(line) is { Success: true } match)
        {
            progress(new GitImportProgress(
                match.Groups[1].ValueSpan is "Receiving objects" ? GitImportStage.Fetching : GitImportStage.Checking,
                Math.Min(100, int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))));
        }
    }

    [GeneratedRegex(@"^(Receiving objects|Resolving deltas): +(\d{1,3})%", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Progress();
}
