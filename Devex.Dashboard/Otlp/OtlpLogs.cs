using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Otlp;

/// <summary>Log records (opentelemetry-proto, logs.proto).</summary>
internal static class OtlpLogs
{
    private const int MaxMessage = 16_384;

    public static void Read(ReadOnlySpan<byte> request, TelemetryStore store) => Enveloped.Read(request, (sender, scope, item) => store.Add(Record(sender, scope, item)));

    private static LogRecord Record(Sender sender, string scope, ProtoReader reader)
    {
        ulong at = 0, observed = 0;
        var (severity, message, trace, span) = (0, "", "", "");
        var attributes = new List<Fact>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    at = reader.Fixed64();
                    break;
                case 2:
                    severity = (int)Math.Min(reader.UInt64(), 24);
                    break;
                case 5:
                    message = OtlpCommon.Value(reader.Message(), MaxMessage, 0);
                    break;
                case 6:
                    OtlpCommon.AddAttribute(attributes, reader.Message());
                    break;
                case 9:
                    trace = OtlpCommon.Hex(reader.Bytes());
                    break;
                case 10:
                    span = OtlpCommon.Hex(reader.Bytes());
                    break;
                case 11:
                    observed = reader.Fixed64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(sender.Name, scope, OtlpCommon.Time(at == 0 ? observed : at), Level(severity), message, trace, span, attributes);
    }

    /// <summary>Four severities of OTLP are one level of .NET's.</summary>
    private static LogLevel Level(int severity) => severity == 0 ? LogLevel.Information : (LogLevel)((severity - 1) / 4);
}
