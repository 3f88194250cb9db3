using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Objects;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Multipart;

/// <summary>Makes one object of the parts that the client names.</summary>
internal sealed class CompleteUpload(DataFolder data, UploadStore uploads, ObjectStore objects)
{
    private const long LeastBytes = 5 << 20;

    public async Task HandleAsync(S3Request request)
    {
        var bucket = request.Bucket;
        var upload = uploads.Get(request.Query["uploadId"], bucket.Name, request.Key);
        var named = Named(S3Xml.Parse(await request.Payload.ReadDocumentAsync(request.Aborted), "CompleteMultipartUpload"));
        var parts = Check(named, UploadStore.Parts(upload).ToDictionary(part => part.Number, part => part.Info));

        await using var file = data.Receive();
        foreach (var (number, part) in parts)
        {
            using var source = File.OpenHandle(UploadStore.PartFile(upload, number));
            await CopyObject.CopyAsync(source, part.Size, file.Stream, request.Aborted);
        }

        var tag = Tag(parts);
        var info = new ObjectInfo(request.Key, file.Stream.Length, tag, objects.Now, upload.Headers, new Dictionary<string, string>());
        await ObjectStore.CommitAsync(bucket, file, info, Preconditions.From(request.Http), request.Aborted);
        uploads.Delete(upload);
        await S3Xml.WriteAsync(request.Context, "CompleteMultipartUploadResult", xml =>
        {
            xml.WriteElementString("Location", $"{request.Http.Scheme}://{request.Http.Host}/{bucket.Name}/{UriEncoding.Encode(request.Key, keepSlash: true)}");
            xml.WriteElementString("Bucket", bucket.Name);
            xml.WriteElementString("Key", request.Key);
            xml.WriteElementString("ETag", $"\"{tag}\"");
        });
    }

    private static List<(int Number, string ETag)> Named(XElement document)
    {
        var parts = new List<(int Number, string ETag)>();
        foreach (var part in document.Elements().Where(element => element.Name.LocalName == "Part"))
        {
            if (!int.TryParse(part.Child("PartNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw S3Error.MalformedXml.Exception();
            if (parts.Count > 0 && parts[^1].Number >= number) throw S3Error.InvalidPartOrder.Exception();
            parts.Add((number, part.Child("ETag")?.Trim('"') ?? ""));
        }

        return parts.Count > 0 ? parts : throw S3Error.MalformedXml.Exception();
    }

    private static List<(int Number, ObjectInfo Info)> Check(List<(int Number, string ETag)> named, Dictionary<int, ObjectInfo> received)
    {
        var parts = new List<(int, ObjectInfo)>();
        foreach (var (number, tag) in named)
        {
            if (!received.TryGetValue(number, out var info) || info.ETag != tag)
                throw S3Error.InvalidPart.Exception(("PartNumber", number.ToString(CultureInfo.InvariantCulture)));
            if (parts.Count < named.Count - 1 && info.Size < LeastBytes) throw S3Error.EntityTooSmall.Exception();
            parts.Add((number, info));
        }

        return parts;
    }

#pragma warning disable CA5351 // S3 defines the tag by MD5; it protects nothing.
    private static string Tag(List<(int Number, ObjectInfo Info)> parts) =>
        $"{Convert.ToHexStringLower(MD5.HashData([.. parts.SelectMany(part => Convert.FromHexString(part.Info.ETag))]))}-{parts.Count}";
#pragma warning restore CA5351
}
