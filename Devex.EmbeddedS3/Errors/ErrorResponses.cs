using Devex.EmbeddedS3.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Devex.EmbeddedS3.Errors;

/// <summary>Turns what goes wrong into S3's XML error documents; HEAD gets the status alone.</summary>
internal sealed partial class ErrorResponses(RequestDelegate next, ILogger<ErrorResponses> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var id = Convert.ToHexString(Guid.NewGuid().ToByteArray().AsSpan(0, 8));
        context.Response.Headers["x-amz-request-id"] = id;
        try
        {
            await next(context);
        }
        catch (S3Exception e)
        {
            await WriteAsync(context, id, e.Error, e.Details);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: there is nobody to tell.
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, id, S3Error.IncompleteBody.Because(e.Message), []);
        }
#pragma warning disable CA1031 // The edge of the program: logged with the request's id, and told to the client without details.
        catch (Exception e)
        {
            LogFailure(logger, e, context.Request.Method, id);
            await WriteAsync(context, id, S3Error.InternalError, []);
        }
#pragma warning restore CA1031
    }

    private static async Task WriteAsync(HttpContext context, string id, S3Error error, IReadOnlyList<(string Name, string Value)> details)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        var range = error == S3Error.InvalidRange ? context.Response.Headers.ContentRange : default;
        context.Response.Clear();
        context.Response.Headers["x-amz-request-id"] = id;
        if (range.Count > 0) context.Response.Headers.ContentRange = range;
        context.Response.StatusCode = error.Status;
        if (HttpMethods.IsHead(context.Request.Method)) return;

        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        await S3Xml.WriteAsync(context, "Error", xml =>
        {
            xml.WriteElementString("Code", error.Code);
            xml.WriteElementString("Message", error.Message);
            foreach (var (name, value) in details) xml.WriteElementString(name, value);
            xml.WriteElementString("Resource", path);
            xml.WriteElementString("RequestId", id);
        }, withNamespace: false);
    }
}
