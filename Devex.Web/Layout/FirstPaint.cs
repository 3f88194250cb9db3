using System.Text.Json;

namespace Devex.Web.Layout;

/// <summary>
/// What a page was drawn from before its circuit was there. The browser gives it back in the message that begins the circuit; over <see cref="MessageBytes"/> the
/// server closes that connection, and nothing on the page would work.
/// </summary>
internal static class FirstPaint
{
    /// <summary>Bytes of the largest message that a browser may send. SignalR's own 32 KiB are little for a list.</summary>
    public const int MessageBytes = 256 << 10;

    // Protected and as Base64 it becomes half as large again.
    private const int KeptBytes = MessageBytes / 2;

    /// <summary>The value, for the circuit to go on from; null where it is so large that the circuit is to ask for it again.</summary>
    public static T? IfSmall<T>(T value)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(value).Length <= KeptBytes ? value : null;
}
