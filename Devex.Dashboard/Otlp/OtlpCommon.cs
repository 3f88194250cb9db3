using System.Globalization;
using System.Text;
using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Otlp;

/// <summary>What logs, spans and metrics have in common (opentelemetry-proto, common.proto and resource.proto).</summary>
internal static class OtlpCommon
{
    private const int MaxDepth = 8;
    private const int MaxText = 4_096;
    private const int MaxKey = 256;
    private const int MaxAttributes = 64;

    public static Sender Resource(ProtoReader reader)
    {
        var attributes = new List<Fact>();
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                AddAttribute(attributes, reader.Message());
            }
            else
            {
                reader.Skip();
            }
        }

        return new(attributes.Find(fact => fact.Name == "service.name")?.Value ?? "unknown", attributes);
    }

    public static string ScopeName(ProtoReader reader)
    {
        var name = "";
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = reader.Text(MaxKey);
            }
            else
            {
                reader.Skip();
            }
        }

        return name;
    }

    public static void AddAttribute(List<Fact> attributes, ProtoReader reader)
    {
        var (key, value) = ("", "");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.Text(MaxKey);
                    break;
                case 2:
                    value = Value(reader.Message(), MaxText, 0);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (attributes.Count < MaxAttributes)
        {
            attributes.Add(new(key, value));
        }
    }

    /// <summary>Any value as text; lists and maps are written as JSON would be, without its quotes.</summary>
    public static string Value(ProtoReader reader, int limit, int depth)
    {
        var text = "";
        while (reader.Next())
        {
            text = reader.Field switch
            {
                1 => reader.Text(limit),
                2 => reader.UInt64() != 0 ? "true" : "false",
                3 => ((long)reader.UInt64()).ToString(CultureInfo.InvariantCulture),
                4 => reader.Double().ToString(CultureInfo.InvariantCulture),
                5 or 6 => depth < MaxDepth ? Several(reader.Message(), reader.Field == 6, limit, depth + 1) : Unread(ref reader),
                7 => string.Create(CultureInfo.InvariantCulture, $"({reader.Bytes().Length} bytes)"),
                _ => Unread(ref reader),
            };
        }

        return text;
    }

    public static string Hex(ReadOnlySpan<byte> id) => id.Length is 8 or 16 && id.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(id) : "";

    /// <summary>OTLP counts nanoseconds from 1970; a clock tells 100.</summary>
    public static DateTimeOffset Time(ulong nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(nanoseconds / 100, (ulong)TimeSpan.TicksPerDay * 365 * 500));

    private static string Unread(ref ProtoReader reader)
    {
        reader.Skip();
        return "…";
    }

    private static string Several(ProtoReader reader, bool named, int limit, int depth)
    {
        var text = new StringBuilder(named ? "{" : "[");
        while (reader.Next())
        {
            if (reader.Field != 1 || text.Length > limit)
            {
                reader.Skip();
                continue;
            }

            text.Append(text.Length > 1 ? ", " : "");
            var item = reader.Message();
            if (!named)
            {
                text.Append(Value(item, limit, depth));
                continue;
            }

            while (item.Next())
            {
                switch (item.Field)
                {
                    case 1:
                        text.Append(item.Text(MaxKey)).Append(": ");
                        break;
                    case 2:
                        text.Append(Value(item.Message(), limit, depth));
                        break;
                    default:
                        item.Skip();
                        break;
                }
            }
        }

        return text.Append(named ? '}' : ']').ToString();
    }
}
