using System.Globalization;
using System.Security.Cryptography;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Objects;

namespace Devex.EmbeddedS3.Multipart;

/// <summary>
/// Uploads under way, on disk only: <c>uploads/ID/upload</c> says for which object, <c>uploads/ID/00001</c> … are the
/// parts. All are object files, so each is whole or absent.
/// </summary>
internal sealed class UploadStore(DataFolder data, ObjectStore objects)
{
    public const int MostParts = 10_000;

    private const string About = "upload";
    private const int IdBytes = 16;

    /// <summary>Begins an upload; returns its id.</summary>
    public async Task<string> CreateAsync(string bucket, string key, IReadOnlyDictionary<string, string> headers)
    {
        var id = RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true);
        await using var about = data.Receive();
        about.Finish(new ObjectInfo(Name(bucket, key), 0, "", objects.Now, headers, new Dictionary<string, string>()));
        Directory.CreateDirectory(Path.Combine(data.Uploads, id));
        about.Publish(Path.Combine(data.Uploads, id, About));
        Disk.Sync(data.Uploads);
        return id;
    }

    /// <summary>What was said when the upload began.</summary>
    /// <exception cref="S3Exception">NoSuchUpload: unknown, finished, or of another object.</exception>
    public Upload Get(string? id, string bucket, string key)
    {
        if (id is not { Length: 2 * IdBytes } || !id.All(char.IsAsciiHexDigitLower)) throw S3Error.NoSuchUpload.Exception();
        var folder = Path.Combine(data.Uploads, id);
        try
        {
            using var file = File.OpenHandle(Path.Combine(folder, About));
            var info = ObjectFile.ReadInfo(file);
            return info.Key == Name(bucket, key) ? new Upload(id, folder, info.Headers) : throw S3Error.NoSuchUpload.Exception();
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw S3Error.NoSuchUpload.Exception(("UploadId", id));
        }
    }

    public static string PartFile(Upload upload, int number) => Path.Combine(upload.Folder, number.ToString("D5", CultureInfo.InvariantCulture));

    /// <summary>The parts so far, by number.</summary>
    public static IEnumerable<(int Number, ObjectInfo Info)> Parts(Upload upload)
    {
        foreach (var path in Directory.GetFiles(upload.Folder).Order(StringComparer.Ordinal))
        {
            if (!int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            using var file = File.OpenHandle(path);
            yield return (number, ObjectFile.ReadInfo(file));
        }
    }

    public void Delete(Upload upload)
    {
        Directory.Delete(upload.Folder, recursive: true);
        Disk.Sync(data.Uploads);
    }

    private static string Name(string bucket, string key) => $"{bucket}/{key}";
}
