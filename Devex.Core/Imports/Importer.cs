using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;
using Devex.Core.Errors;
using Devex.Core.Snapshots;
using Devex.Snapshots.Roots;
using Microsoft.Extensions.Options;

namespace Devex.Core.Imports;

/// <summary>Makes the first root of a new REPL from an archive. An import that fails leaves packs that nothing names, which collection removes.</summary>
internal sealed class Importer(SnapshotObjects objects, RootChain chain, SpaceAllowance allowance, IOptions<ImportOptions> options)
{
    /// <summary>Keeps what is sent until it is read: a zip archive is read from its end.</summary>
    /// <exception cref="ApiProblem">413 when it is too large.</exception>
    public Task<Stream> ReceiveAsync(Stream body, CancellationToken cancellationToken)
    {
        var left = options.Value.ArchiveBytes;
        return Spool.CopyAsync(body, part =>
        {
            left -= part.Length;
            if (left < 0)
            {
                throw new ApiProblem(
                    StatusCodes.Status413PayloadTooLarge, "import.archive", $"The archive is over {options.Value.ArchiveBytes / (1024 * 1024)} MiB, the most allowed here.");
            }
        }, cancellationToken);
    }

    /// <summary>Reads the archive and writes the root.</summary>
    /// <exception cref="ApiProblem">400 or 413, with words that say what is wrong with the archive.</exception>
    public async Task<SavedState> ImportAsync(UserId owner, ReplId id, string template, Stream archive, CancellationToken cancellationToken)
    {
        var tree = new ImportTree(options.Value.Entries);
        var limits = await allowance.OfAsync(owner, id, cancellationToken);
        var budget = new ImportBudget(Math.Min(options.Value.Bytes, limits.MaxBytes));
        using var writer = new SnapshotWriter(owner, objects);
        var magic = new byte[4];
        var known = await archive.ReadAtLeastAsync(magic, magic.Length, false, cancellationToken);
        archive.Position = 0;
        if (known >= 2 && magic.AsSpan(0, 2).SequenceEqual("PK"u8))
            await ZipImport.ReadAsync(archive, tree, writer, budget, options.Value.Entries, cancellationToken);
        else
            await TarImport.ReadAsync(archive, known >= 2 && magic[0] == 0x1f && magic[1] == 0x8b, tree, writer, budget, options.Value.Entries, cancellationToken);
        var content = await writer.CompleteAsync(tree.Build(), cancellationToken);
        return await PutAsync(owner, id, template, content, cancellationToken);
    }

    /// <summary>Writes the first root of a REPL.</summary>
    public async Task<SavedState> PutAsync(UserId owner, ReplId id, string template, SnapshotContent content, CancellationToken cancellationToken)
    {
        var appended = await chain.AppendAsync(owner, new SnapshotRoot
        {
            Repl = id,
            Number = 1,
            Template = template,
            Commit = "import",
            Files = content.Files,
            Bytes = content.Bytes,
            Pages = content.Pages,
            Packs = content.Packs,
        }, cancellationToken);
        return appended.Root.ToSaved();
    }
}
