namespace Devex.Dashboard.Access;

/// <summary>What the AppHost says to its dashboard by environment.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Dashboard";

    /// <summary>Name of the application, for titles.</summary>
    public string Application { get; set; } = "Application";

    /// <summary>Port of the pages; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>Whether a free one is taken where somebody else has <see cref="Port"/>.</summary>
    public bool OrAnotherPort { get; set; }

    /// <summary>What a browser shows once to get in.</summary>
    public required string Token { get; set; }

    /// <summary>Port for OTLP over gRPC: HTTP/2 without TLS.</summary>
    public int OtlpGrpcPort { get; set; }

    /// <summary>Port for OTLP over HTTP.</summary>
    public int OtlpHttpPort { get; set; }

    /// <summary>What a sender of telemetry shows in <c>x-otlp-api-key</c>.</summary>
    public required string OtlpKey { get; set; }

    public bool IsOtlp(int port) => port == OtlpGrpcPort || port == OtlpHttpPort;
}
