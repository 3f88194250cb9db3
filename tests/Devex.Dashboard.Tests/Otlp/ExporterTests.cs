using System.Diagnostics;
using System.Diagnostics.Metrics;
using Devex.Dashboard.Telemetry;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Devex.Dashboard.Tests.Otlp;

/// <summary>What OpenTelemetry's own exporter sends, over both protocols.</summary>
public sealed class ExporterTests : IAsyncLifetime
{
    private DashboardUnderTest _dashboard = null!;

    public static TheoryData<OtlpExportProtocol> Protocols { get; } = [OtlpExportProtocol.Grpc, OtlpExportProtocol.HttpProtobuf];

    public async ValueTask InitializeAsync() => _dashboard = await DashboardUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Theory, MemberData(nameof(Protocols))]
    public async Task Spans_arrive_with_their_tree_facts_and_failures(OtlpExportProtocol protocol)
    {
        using var source = new ActivitySource($"source-{protocol}");
        using (var provider = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource("web")).AddSource(source.Name).AddOtlpExporter(options => To(options, protocol, "/v1/traces")).Build())
        {
            using var root = source.StartActivity("GET /", ActivityKind.Server);
            using (var child = source.StartActivity("ask core", ActivityKind.Client))
            {
                child!.SetTag("count", 7).SetTag("ratio", 0.5).SetTag("yes", true).SetTag("names", new[] { "a", "b" });
                child.AddEvent(new ActivityEvent("retry", tags: new() { ["attempt"] = 2 }));
                child.SetStatus(ActivityStatusCode.Error, "no answer");
            }
        }

        await DashboardUnderTest.UntilAsync(() => _dashboard.Telemetry.Traces().Count == 1);
        var trace = _dashboard.Telemetry.Traces()[0];
        Assert.Equal("GET /", trace.Name);
        Assert.True(trace.Failed);
        var spans = _dashboard.Telemetry.Trace(trace.Id);
        var (rootSpan, span) = (spans.Single(one => one.ParentId.Length == 0), spans.Single(one => one.ParentId.Length > 0));
        Assert.Equal(rootSpan.SpanId, span.ParentId);
        Assert.Equal(("web", "Client", "no answer"), (span.Resource, span.Kind, span.Problem));
        Assert.Equal(["7", "0.5", "true", "[a, b]"], span.Attributes.Where(fact => fact.Name is "count" or "ratio" or "yes" or "names").Select(fact => fact.Value));
        Assert.Equal("retry", Assert.Single(span.Events).Name);
        Assert.True(span.Start >= rootSpan.Start && span.End <= rootSpan.End);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Logs_arrive_with_level_message_exception_and_trace(OtlpExportProtocol protocol)
    {
        using var source = new ActivitySource($"logs-{protocol}");
        using var listener = new ActivityListener { ShouldListenTo = one => one == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("work");
        using (var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.SetResourceBuilder(Resource("core")).AddOtlpExporter((exporter, _) => To(exporter, protocol, "/v1/logs"));
        })))
        {
            var logger = factory.CreateLogger("Devex.Sample");
#pragma warning disable CA1848, CA1873, CA2254
            logger.LogError(new InvalidOperationException("no paper"), "Printing {Pages} pages failed", 3);
            logger.LogDebug("quiet");
#pragma warning restore CA1848, CA1873, CA2254
        }

        await DashboardUnderTest.UntilAsync(() => _dashboard.Telemetry.Logs(_ => true).Count == 2);
        var log = Assert.Single(_dashboard.Telemetry.Logs(one => one.Level >= LogLevel.Error));
        Assert.Equal(("core", "Devex.Sample", "Printing 3 pages failed"), (log.Resource, log.Category, log.Message));
        Assert.Contains("no paper", log.Exception, StringComparison.Ordinal);
        Assert.Equal(activity!.TraceId.ToHexString(), log.TraceId);
        Assert.Equal(1, _dashboard.Telemetry.Errors()["core"]);
        Assert.Equal(LogLevel.Debug, Assert.Single(_dashboard.Telemetry.Logs(one => one.Message == "quiet")).Level);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Measurements_arrive_by_instrument_and_attributes(OtlpExportProtocol protocol)
    {
        using var meter = new Meter($"meter-{protocol}");
        var since = DateTimeOffset.UtcNow.AddMinutes(-1);
        using (var provider = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource("gateway")).AddMeter(meter.Name).AddOtlpExporter((exporter, _) => To(exporter, protocol, "/v1/metrics")).Build())
        {
            var counter = meter.CreateCounter<long>("requests", "{request}", "Requests taken");
            counter.Add(3, new KeyValuePair<string, object?>("route", "/a"));
            counter.Add(4, new KeyValuePair<string, object?>("route", "/b"));
            var histogram = meter.CreateHistogram<double>("duration", "ms");
            histogram.Record(3);
            histogram.Record(40);
        }

        await DashboardUnderTest.UntilAsync(() => _dashboard.Telemetry.Instruments().Count == 2);
        var requests = _dashboard.Telemetry.Instrument(new("gateway", meter.Name, "requests"), since)!;
        Assert.Equal((MetricShape.Sum, "Requests taken", "{request}"), (requests.Info.Shape, requests.Info.Description, requests.Info.Unit));
        Assert.Equal(["route=/a 3", "route=/b 4"], requests.Series.Select(series => $"{series.Name} {series.Points[^1].Value}").Order());
        var duration = _dashboard.Telemetry.Instrument(new("gateway", meter.Name, "duration"), since)!.Series.Single().Points[^1];
        Assert.Equal((2, 43), (duration.Count, duration.Value));
        Assert.Equal(2, duration.Buckets.Sum());
        Assert.Equal(duration.Buckets.Count, duration.Bounds.Count + 1);
    }

    private static ResourceBuilder Resource(string name) => ResourceBuilder.CreateEmpty().AddService(name);

    private void To(OtlpExporterOptions options, OtlpExportProtocol protocol, string path)
    {
        options.Protocol = protocol;
        options.Endpoint = protocol == OtlpExportProtocol.Grpc ? DashboardUnderTest.Otlp(_dashboard.Options.OtlpGrpcPort) : DashboardUnderTest.Otlp(_dashboard.Options.OtlpHttpPort, path);
        options.Headers = $"x-otlp-api-key={DashboardUnderTest.Key}";
    }
}
