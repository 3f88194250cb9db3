using System.Globalization;
using System.Text;
using System.Xml;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Objects;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Buckets;

/// <summary>GET of a bucket: ListObjectsV2, and ListObjects for old clients.</summary>
internal static class ListObjects
{
    private const int MostKeys = 1000;

    public static Task HandleAsync(S3Request request)
    {
        var query = request.Query;
        var isV2 = query["list-type"] == "2";
        var token = query["continuation-token"];
        var prefix = query["prefix"] ?? "";
        var delimiter = query["delimiter"] ?? "";
        var after = isV2 ? (token is null ? query["start-after"] ?? "" : Decode(token)) : query["marker"] ?? "";
        var maxKeys = MaxKeys(query["max-keys"]);
        var write = Encoder(query["encoding-type"]);
        var page = request.Bucket.Index.List(prefix, delimiter, after, maxKeys);

        return S3Xml.WriteAsync(request.Context, "ListBucketResult", xml =>
        {
            xml.WriteElementString("Name", request.Target.Bucket);
            xml.WriteElementString("Prefix", write(prefix));
            if (delimiter.Length > 0) xml.WriteElementString("Delimiter", write(delimiter));
            xml.WriteElementString("MaxKeys", maxKeys.ToString(CultureInfo.InvariantCulture));
            if (query["encoding-type"] is { } encoding) xml.WriteElementString("EncodingType", encoding);
            xml.WriteElementString("IsTruncated", page.IsTruncated ? "true" : "false");
            if (isV2)
            {
                xml.WriteElementString("KeyCount", (page.Objects.Count + page.Folders.Count).ToString(CultureInfo.InvariantCulture));
                if (token is not null) xml.WriteElementString("ContinuationToken", token);
                if (query["start-after"] is { } startAfter) xml.WriteElementString("StartAfter", write(startAfter));
                if (page.IsTruncated) xml.WriteElementString("NextContinuationToken", Encode(page.Last));
            }
            else
            {
                xml.WriteElementString("Marker", write(after));
                if (page.IsTruncated) xml.WriteElementString("NextMarker", write(page.Last));
            }

            foreach (var info in page.Objects) Write(xml, info, write);
            foreach (var folder in page.Folders)
            {
                xml.WriteStartElement("CommonPrefixes");
                xml.WriteElementString("Prefix", write(folder));
                xml.WriteEndElement();
            }
        });
    }

    private static void Write(XmlWriter xml, ObjectInfo info, Func<string, string> write)
    {
        xml.WriteStartElement("Contents");
        xml.WriteElementString("Key", write(info.Key));
        xml.WriteElementString("LastModified", S3Xml.Time(info.LastModified));
        xml.WriteElementString("ETag", $"\"{info.ETag}\"");
        xml.WriteElementString("Size", info.Size.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("StorageClass", "STANDARD");
        xml.WriteEndElement();
    }

    private static int MaxKeys(string? text)
    {
        if (text is null) return MostKeys;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, MostKeys)
            : throw S3Error.InvalidArgument.Because("max-keys must be a number, 0 or more.").Exception();
    }

    private static Func<string, string> Encoder(string? encoding) => encoding switch
    {
        null => text => text,
        "url" => text => UriEncoding.Encode(text, keepSlash: true),
        _ => throw S3Error.InvalidArgument.Because("encoding-type must be url.").Exception(),
    };

    private static string Encode(string last) => Convert.ToBase64String(Encoding.UTF8.GetBytes(last));

    private static string Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException)
        {
            throw S3Error.InvalidArgument.Because("The continuation token is not one of this server's.").Exception();
        }
    }
}
