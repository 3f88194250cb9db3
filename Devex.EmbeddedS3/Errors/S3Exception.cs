namespace Devex.EmbeddedS3.Errors;

/// <summary>Ends a request with an error document.</summary>
internal sealed class S3Exception(S3Error error, IReadOnlyList<(string Name, string Value)> details) : Exception(error.Message)
{
    public S3Error Error => error;

    public IReadOnlyList<(string Name, string Value)> Details => details;
}
