using Devex.Core.Errors;

namespace Devex.Core.Imports;

/// <summary>Bytes of a length that is known only at their end: kept in memory when they are few, else in a temporary file that has no name for long.</summary>
internal static class Spool
{
    private const int InMemory = 4 * 1024 * 1024;

    /// <summary>Copies all of <paramref name="source"/> and returns it from its beginning; <paramref name="take"/> is told of each part before it is kept.</summary>
    public static async Task<Stream> CopyAsync(Stream source, Action<ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        Stream kept = new MemoryStream();
        try
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                take(buffer.AsMemory(0, read));
                if (kept is MemoryStream memory && kept.Length + read > InMemory)
                {
                    kept = OpenFile();
                    memory.Position = 0;
                    await memory.CopyToAsync(kept, cancellationToken);
                }
                await kept.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            kept.Position = 0;
            return kept;
        }
        catch (Exception e)
        {
            await kept.DisposeAsync();
            // What is damaged shows only while it is unpacked.
            throw e is InvalidDataException ? Damaged() : e;
        }
    }

    public static ApiProblem Damaged() =>
        ApiProblem.Invalid("archive", "import.damaged", "This is no zip, tar or tar.gz archive that can be read to its end. Nothing was imported.");

    private static FileStream OpenFile() => new(
        Path.Combine(Path.GetTempPath(), $"devex-import-{Guid.NewGuid():n}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024,
        FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}
