using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Devex.Dashboard.Access;
using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Otlp;

/// <summary>
/// Takes OTLP over gRPC (one unary call: a five-byte head and a message each way, the outcome in a trailer) and over HTTP with
/// protobuf. Nothing else answers on these ports, and nothing without the key.
/// </summary>
internal static class OtlpEndpoints
{
    private const int MaxMessage = 16 * 1024 * 1024;
    private const int GrpcHead = 5;
    private const string GrpcInvalid = "3";
    private const string GrpcTooLarge = "8";
    private const string GrpcUnimplemented = "12";
    private const string GrpcUnauthenticated = "16";

    private delegate void Reader(ReadOnlySpan<byte> request, TelemetryStore store);

    private static readonly Dictionary<string, Reader> Grpc = new(StringComparer.Ordinal)
    {
        ["/opentelemetry.proto.collector.logs.v1.LogsService/Export"] = OtlpLogs.Read,
        ["/opentelemetry.proto.collector.trace.v1.TraceService/Export"] = OtlpSpans.Read,
        ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"] = OtlpMetrics.Read,
    };

    private static readonly Dictionary<string, Reader> Http = new(StringComparer.Ordinal)
    {
        ["/v1/logs"] = OtlpLogs.Read,
        ["/v1/traces"] = OtlpSpans.Read,
        ["/v1/metrics"] = OtlpMetrics.Read,
    };

    public static void MapOtlp(this WebApplication app, DashboardOptions options)
    {
        var key = Encoding.UTF8.GetBytes(options.OtlpKey);
        var store = app.Services.GetRequiredService<TelemetryStore>();
        app.MapWhen(context => options.IsOtlp(context.Connection.LocalPort), branch => branch.Run(async context =>
        {
            try
            {
                await (context.Connection.LocalPort == options.OtlpGrpcPort ? TakeGrpcAsync(context, key, store) : TakeHttpAsync(context, key, store));
            }
            catch (Exception gone) when ((gone is IOException or OperationCanceledException) && !context.Response.HasStarted)
            {
                // The sender ended in the middle of a message, or sent more than it may.
                context.Response.StatusCode = gone is BadHttpRequestException refused ? refused.StatusCode : StatusCodes.Status400BadRequest;
            }
        }));
    }

    private static bool HasKey(HttpContext context, byte[] key) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers["x-otlp-api-key"].ToString()), key);

    private static async Task TakeGrpcAsync(HttpContext context, byte[] key, TelemetryStore store)
    {
        context.Response.ContentType = "application/grpc";
        var status = await ReadGrpcAsync(context, key, store);
        if (status == "0")
        {
            // An empty message is its head alone.
            await context.Response.Body.WriteAsync(new byte[GrpcHead], context.RequestAborted);
        }

        context.Response.AppendTrailer("grpc-status", status);
    }

    private static async Task<string> ReadGrpcAsync(HttpContext context, byte[] key, TelemetryStore store)
    {
        if (!HasKey(context, key))
        {
            return GrpcUnauthenticated;
        }

        if (!Grpc.TryGetValue(context.Request.Path, out var reader))
        {
            return GrpcUnimplemented;
        }

        var head = new byte[GrpcHead];
        await context.Request.Body.ReadExactlyAsync(head, context.RequestAborted);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(1));
        if (length > MaxMessage)
        {
            return GrpcTooLarge;
        }

        var message = new byte[length];
        await context.Request.Body.ReadExactlyAsync(message, context.RequestAborted);
        var compressed = head[0] == 1;
        if (compressed && context.Request.Headers["grpc-encoding"] != "gzip")
        {
            return GrpcUnimplemented;
        }

        return Take(reader, store, message, compressed) switch { Outcome.Taken => "0", Outcome.TooLarge => GrpcTooLarge, _ => GrpcInvalid };
    }

    private static async Task TakeHttpAsync(HttpContext context, byte[] key, TelemetryStore store)
    {
        if (!HasKey(context, key))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (!Http.TryGetValue(context.Request.Path, out var reader))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.ContentType != "application/x-protobuf")
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            await context.Response.WriteAsync("Send OTLP by POST as application/x-protobuf.", context.RequestAborted);
            return;
        }

        if (context.Request.ContentLength is null or > MaxMessage)
        {
            context.Response.StatusCode = context.Request.ContentLength is null ? StatusCodes.Status411LengthRequired : StatusCodes.Status413PayloadTooLarge;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
        context.Response.StatusCode = Take(reader, store, body.ToArray(), context.Request.Headers.ContentEncoding == "gzip") switch
        {
            Outcome.Taken => StatusCodes.Status200OK,
            Outcome.TooLarge => StatusCodes.Status413PayloadTooLarge,
            _ => StatusCodes.Status400BadRequest,
        };
    }

    private static Outcome Take(Reader reader, TelemetryStore store, byte[] message, bool compressed)
    {
        try
        {
            if ((compressed ? Inflate(message) : message) is not { } plain)
            {
                return Outcome.TooLarge;
            }

            reader(plain, store);
            return Outcome.Taken;
        }
        catch (InvalidDataException)
        {
            return Outcome.Broken;
        }
    }

    /// <returns>Null when it becomes more than a message may be.</returns>
    private static byte[]? Inflate(byte[] message)
    {
        using var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = gzip.Read(buffer)) > 0;)
        {
            plain.Write(buffer, 0, read);
            if (plain.Length > MaxMessage)
            {
                return null;
            }
        }

        return plain.ToArray();
    }

    private enum Outcome
    {
        Taken,
        TooLarge,
        Broken,
    }
}
