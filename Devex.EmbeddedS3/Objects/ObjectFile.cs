using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;

namespace Devex.EmbeddedS3.Objects;

/// <summary>
/// One object as one file: its bytes, then its <see cref="ObjectInfo"/> as JSON, then that JSON's length (4 bytes, little
/// endian) and four bytes of magic. Bytes and description change together because they are renamed together, and the
/// description comes last because the ETag is known last.
/// </summary>
internal static partial class ObjectFile
{
    private const uint Magic = 0x31535644; // "DVS1"
    private const int FooterBytes = 8;

    /// <summary>Appends the description to a file that holds <see cref="ObjectInfo.Size"/> bytes, and makes all of it durable.</summary>
    public static void Finish(SafeFileHandle file, ObjectInfo info)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(info, Json.Default.ObjectInfo);
        var tail = new byte[json.Length + FooterBytes];
        json.CopyTo(tail, 0);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(json.Length), json.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(tail.AsSpan(json.Length + 4), Magic);
        RandomAccess.Write(file, tail, info.Size);
        RandomAccess.FlushToDisk(file);
    }

    /// <exception cref="InvalidDataException">The file is not an object.</exception>
    public static ObjectInfo ReadInfo(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var footer = new byte[FooterBytes];
        if (length < FooterBytes || RandomAccess.Read(file, footer, length - FooterBytes) != FooterBytes) throw Broken();
        var jsonLength = BinaryPrimitives.ReadInt32LittleEndian(footer);
        if (BinaryPrimitives.ReadUInt32LittleEndian(footer.AsSpan(4)) != Magic || jsonLength <= 0 || jsonLength > length - FooterBytes) throw Broken();

        var json = new byte[jsonLength];
        if (RandomAccess.Read(file, json, length - FooterBytes - jsonLength) != jsonLength) throw Broken();
        var info = Parse(json);
        return info.Size == length - FooterBytes - jsonLength ? info : throw Broken();
    }

    private static ObjectInfo Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Json.Default.ObjectInfo) is { Format: 1 } info ? info : throw Broken();
        }
        catch (JsonException)
        {
            throw Broken();
        }
    }

    private static InvalidDataException Broken() => new("The file does not hold an object of this server.");

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(ObjectInfo))]
    private sealed partial class Json : JsonSerializerContext;
}
