using System.Globalization;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Objects;
using Devex.EmbeddedS3.Payloads;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Multipart;

/// <summary>Begin, put a part, list the parts, give up. <see cref="CompleteUpload"/> ends it well.</summary>
internal sealed class MultipartUpload(DataFolder data, UploadStore uploads, ObjectStore objects)
{
    public async Task CreateAsync(S3Request request)
    {
        var id = await uploads.CreateAsync(request.Bucket.Name, request.Key, ObjectHeaders.From(request.Http));
        await S3Xml.WriteAsync(request.Context, "InitiateMultipartUploadResult", xml =>
        {
            xml.WriteElementString("Bucket", request.Target.Bucket);
            xml.WriteElementString("Key", request.Key);
            xml.WriteElementString("UploadId", id);
        });
    }

    public async Task PutPartAsync(S3Request request)
    {
        if (!int.TryParse(request.Query["partNumber"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > UploadStore.MostParts)
            throw S3Error.InvalidArgument.Because($"partNumber must be a number from 1 to {UploadStore.MostParts}.").Exception();

        var upload = Find(request);
        await using var file = data.Receive();
        var digest = await request.Payload.CopyToAsync(file.Stream, request.Aborted);
        file.Finish(new ObjectInfo("", digest.Size, digest.Md5, objects.Now, new Dictionary<string, string>(), digest.Checksums));
        try
        {
            file.Publish(UploadStore.PartFile(upload, number));
        }
        catch (DirectoryNotFoundException)
        {
            throw S3Error.NoSuchUpload.Exception(("UploadId", upload.Id));
        }

        request.Context.Response.Headers.ETag = $"\"{digest.Md5}\"";
        foreach (var (name, value) in digest.Checksums) request.Context.Response.Headers[Checksum.HeaderPrefix + name] = value;
    }

    public Task ListPartsAsync(S3Request request)
    {
        var upload = Find(request);
        _ = int.TryParse(request.Query["part-number-marker"], NumberStyles.None, CultureInfo.InvariantCulture, out var marker);
        var most = int.TryParse(request.Query["max-parts"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, 1000) : 1000;
        var parts = UploadStore.Parts(upload).Where(part => part.Number > marker).Take(most + 1).ToList();
        return S3Xml.WriteAsync(request.Context, "ListPartsResult", xml =>
        {
            xml.WriteElementString("Bucket", request.Target.Bucket);
            xml.WriteElementString("Key", request.Key);
            xml.WriteElementString("UploadId", upload.Id);
            xml.WriteElementString("PartNumberMarker", marker.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("MaxParts", most.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("IsTruncated", parts.Count > most ? "true" : "false");
            if (parts.Count > most && most > 0) xml.WriteElementString("NextPartNumberMarker", parts[most - 1].Number.ToString(CultureInfo.InvariantCulture));
            foreach (var (number, info) in parts.Take(most))
            {
                xml.WriteStartElement("Part");
                xml.WriteElementString("PartNumber", number.ToString(CultureInfo.InvariantCulture));
                xml.WriteElementString("LastModified", S3Xml.Time(info.LastModified));
                xml.WriteElementString("ETag", $"\"{info.ETag}\"");
                xml.WriteElementString("Size", info.Size.ToString(CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }
        });
    }

    public Task AbortAsync(S3Request request)
    {
        uploads.Delete(Find(request));
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Upload Find(S3Request request) => uploads.Get(request.Query["uploadId"], request.Bucket.Name, request.Key);
}
