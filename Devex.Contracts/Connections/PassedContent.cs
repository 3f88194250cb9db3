namespace Devex.Contracts.Connections;

/// <summary>Another content, with its headers and its length, that is looked at on its way.</summary>
internal abstract class PassedContent : HttpContent
{
    protected PassedContent(HttpContent content)
    {
        Content = content;
        foreach (var (name, values) in content.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    protected HttpContent Content { get; }

    protected override bool TryComputeLength(out long length)
    {
        length = Content.Headers.ContentLength ?? 0;
        return Content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Content.Dispose();
        base.Dispose(disposing);
    }
}
