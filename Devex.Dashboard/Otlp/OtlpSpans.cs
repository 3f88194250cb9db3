using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Otlp;

/// <summary>Spans (opentelemetry-proto, trace.proto).</summary>
internal static class OtlpSpans
{
    private const int MaxName = 512;
    private const int MaxEvents = 64;
    private const ulong StatusError = 2;

    private static readonly string[] Kinds = ["", "Internal", "Server", "Client", "Producer", "Consumer"];

    public static void Read(ReadOnlySpan<byte> request, TelemetryStore store) => Enveloped.Read(request, (sender, scope, item) =>
    {
        if (Span(sender, scope, item) is { TraceId.Length: > 0, SpanId.Length: > 0 } span)
        {
            store.Add(span);
        }
    });

    private static Span Span(Sender sender, string scope, ProtoReader reader)
    {
        var (trace, id, parent, name, kind, problem, failed) = ("", "", "", "", "", "", false);
        ulong start = 0, end = 0;
        var (attributes, events) = (new List<Fact>(), new List<SpanEvent>());
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    trace = OtlpCommon.Hex(reader.Bytes());
                    break;
                case 2:
                    id = OtlpCommon.Hex(reader.Bytes());
                    break;
                case 4:
                    parent = OtlpCommon.Hex(reader.Bytes());
                    break;
                case 5:
                    name = reader.Text(MaxName);
                    break;
                case 6:
                    kind = reader.UInt64() is < 6 and var number ? Kinds[number] : "";
                    break;
                case 7:
                    start = reader.Fixed64();
                    break;
                case 8:
                    end = reader.Fixed64();
                    break;
                case 9:
                    OtlpCommon.AddAttribute(attributes, reader.Message());
                    break;
                case 11 when events.Count < MaxEvents:
                    events.Add(Event(reader.Message()));
                    break;
                case 15:
                    (failed, problem) = Status(reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var duration = TimeSpan.FromTicks(end > start ? (long)Math.Min((end - start) / 100, (ulong)TimeSpan.TicksPerDay * 365) : 0);
        return new(trace, id, parent, sender.Name, scope, name, kind, OtlpCommon.Time(start), duration, failed, problem, attributes, events);
    }

    private static SpanEvent Event(ProtoReader reader)
    {
        var (name, at) = ("", 0ul);
        var attributes = new List<Fact>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    at = reader.Fixed64();
                    break;
                case 2:
                    name = reader.Text(MaxName);
                    break;
                case 3:
                    OtlpCommon.AddAttribute(attributes, reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(OtlpCommon.Time(at), name, attributes);
    }

    private static (bool Failed, string Problem) Status(ProtoReader reader)
    {
        var (failed, problem) = (false, "");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    problem = reader.Text(MaxName);
                    break;
                case 3:
                    failed = reader.UInt64() == StatusError;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (failed, problem);
    }
}
