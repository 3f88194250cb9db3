using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Objects;

/// <summary>DELETE of one object, and POST ?delete of up to a thousand.</summary>
internal static class DeleteObject
{
    private const int MostKeys = 1000;

    private static readonly Preconditions None = new(null, null, null, null);

    public static async Task HandleAsync(S3Request request)
    {
        await ObjectStore.DeleteAsync(request.Bucket, request.Key, Preconditions.From(request.Http), request.Aborted);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public static async Task HandleManyAsync(S3Request request)
    {
        var bucket = request.Bucket;
        var document = S3Xml.Parse(await request.Payload.ReadDocumentAsync(request.Aborted), "Delete");
        var keys = document.Elements().Where(element => element.Name.LocalName == "Object").Select(element => element.Child("Key")).ToList();
        if (keys.Count is 0 or > MostKeys || keys.Any(string.IsNullOrEmpty)) throw S3Error.MalformedXml.Exception();

        foreach (var key in keys) await ObjectStore.DeleteAsync(bucket, key!, None, request.Aborted);
        var quiet = document.Child("Quiet") == "true";
        await S3Xml.WriteAsync(request.Context, "DeleteResult", xml =>
        {
            if (quiet) return;
            foreach (var key in keys)
            {
                xml.WriteStartElement("Deleted");
                xml.WriteElementString("Key", key);
                xml.WriteEndElement();
            }
        });
    }
}
