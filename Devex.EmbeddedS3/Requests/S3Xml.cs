using System.Text;
using System.Xml;
using System.Xml.Linq;
using Devex.EmbeddedS3.Errors;

namespace Devex.EmbeddedS3.Requests;

/// <summary>S3's XML, out and in.</summary>
internal static class S3Xml
{
    public const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    // Keys may hold characters that XML 1.0 has no place for; S3 writes them as character references all the same.
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };

    private static readonly XmlReaderSettings ReaderSettings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false };

    /// <summary>Writes a document with <paramref name="content"/> inside <paramref name="root"/>; the status is the caller's.</summary>
    public static async Task WriteAsync(HttpContext context, string root, Action<XmlWriter> content, bool withNamespace = true)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, Settings))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement(root, withNamespace ? Namespace : null);
            content(xml);
            xml.WriteEndElement();
        }

        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }

    /// <exception cref="S3Exception">MalformedXML.</exception>
    public static XElement Parse(byte[] document, string root)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(document), ReaderSettings);
            var element = XElement.Load(reader);
            return element.Name.LocalName == root ? element : throw S3Error.MalformedXml.Exception();
        }
        catch (XmlException e)
        {
            throw S3Error.MalformedXml.Because(e.Message).Exception();
        }
    }

    /// <summary>The child's text whatever its namespace, because clients send it with and without.</summary>
    public static string? Child(this XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;

    /// <summary>ISO 8601 with milliseconds, as S3 writes times in XML.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
