namespace Devex.Core.Templates;

internal sealed partial class TemplateSnapshots
{
    [LoggerMessage(LogLevel.Information, "Template {Template} is in S3: {Files} files, {Bytes} bytes.")]
    private partial void LogPublished(string template, long files, long bytes);

    [LoggerMessage(LogLevel.Warning, "Template {Template} could not be put into S3; trying again in {Delay}.")]
    private partial void LogRetry(string template, TimeSpan delay, Exception exception);

    [LoggerMessage(LogLevel.Error, "Template {Template} cannot be used.")]
    private partial void LogInvalid(string template, Exception exception);
}
