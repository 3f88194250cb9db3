using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Otlp;

/// <summary>Measurements (opentelemetry-proto, metrics.proto): gauges, sums and histograms; exponential ones as count and sum.</summary>
internal static class OtlpMetrics
{
    private const int MaxName = 256;
    private const int MaxBuckets = 128;

    public static void Read(ReadOnlySpan<byte> request, TelemetryStore store) => Enveloped.Read(request, (sender, scope, item) => ReadMetric(sender, scope, item, store));

    private static void ReadMetric(Sender sender, string scope, ProtoReader reader, TelemetryStore store)
    {
        var (name, description, unit) = ("", "", "");
        var kind = 0;
        ReadOnlySpan<byte> data = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text(MaxName);
                    break;
                case 2:
                    description = reader.Text(MaxName);
                    break;
                case 3:
                    unit = reader.Text(MaxName);
                    break;
                case 5 or 7 or 9 or 10:
                    kind = reader.Field;
                    data = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var points = new ProtoReader(data);
        while (points.Next())
        {
            if (points.Field != 1)
            {
                points.Skip();
                continue;
            }

            var shape = kind switch { 5 => MetricShape.Gauge, 7 => MetricShape.Sum, _ => MetricShape.Histogram };
            var (attributes, point) = kind is 5 or 7 ? Number(points.Message()) : Histogram(points.Message(), attributesField: kind == 9 ? 9 : 1);
            store.Add(new InstrumentId(sender.Name, scope, name), new(shape, description, unit), attributes, point);
        }
    }

    private static (List<Fact> Attributes, MetricPoint Point) Number(ProtoReader reader)
    {
        var (at, value) = (0ul, 0d);
        var attributes = new List<Fact>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    at = reader.Fixed64();
                    break;
                case 4:
                    value = reader.Double();
                    break;
                case 6:
                    value = (long)reader.Fixed64();
                    break;
                case 7:
                    OtlpCommon.AddAttribute(attributes, reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (attributes, new(OtlpCommon.Time(at), value, 0, [], []));
    }

    private static (List<Fact> Attributes, MetricPoint Point) Histogram(ProtoReader reader, int attributesField)
    {
        var (at, count, sum) = (0ul, 0ul, 0d);
        var (attributes, buckets, bounds) = (new List<Fact>(), new List<ulong>(), new List<ulong>());
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    at = reader.Fixed64();
                    break;
                case 4:
                    count = reader.Fixed64();
                    break;
                case 5:
                    sum = reader.Double();
                    break;
                case 6 when attributesField == 9:
                    reader.AddFixed64To(buckets, MaxBuckets);
                    break;
                case 7 when attributesField == 9:
                    reader.AddFixed64To(bounds, MaxBuckets);
                    break;
                case var field when field == attributesField:
                    OtlpCommon.AddAttribute(attributes, reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (attributes, new(OtlpCommon.Time(at), sum, (long)count, [.. buckets.Select(bucket => (long)bucket)], [.. bounds.Select(BitConverter.UInt64BitsToDouble)]));
    }
}
