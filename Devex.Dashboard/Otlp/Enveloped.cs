using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Otlp;

/// <summary>All three requests are alike: items of a scope of a resource.</summary>
internal static class Enveloped
{
    public delegate void OnItem(Sender sender, string scope, ProtoReader item);

    public static void Read(ReadOnlySpan<byte> request, OnItem onItem)
    {
        var reader = new ProtoReader(request);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                ReadResource(reader.Bytes(), onItem);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadResource(ReadOnlySpan<byte> bytes, OnItem onItem)
    {
        var sender = Sender.Unknown;
        // The resource is written first, but need not be.
        var first = new ProtoReader(bytes);
        while (first.Next())
        {
            if (first.Field == 1)
            {
                sender = OtlpCommon.Resource(first.Message());
                break;
            }

            first.Skip();
        }

        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 2)
            {
                ReadScope(reader.Bytes(), sender, onItem);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadScope(ReadOnlySpan<byte> bytes, Sender sender, OnItem onItem)
    {
        var scope = "";
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    scope = OtlpCommon.ScopeName(reader.Message());
                    break;
                case 2:
                    onItem(sender, scope, reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }
}
