using System.Text.Json;
using Microsoft.AspNetCore.Components;

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

    /// <summary>A page is kept back for so long for what Core answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waits until a page has what it shows; before there is a circuit only for a moment: a page that says it is loading is better than none, and its circuit asks again.
    /// </summary>
    public static async Task WaitAsync(RendererInfo renderer, Task loading)
    {
        if (renderer.IsInteractive || await Task.WhenAny(loading, Task.Delay(Patience)) == loading)
            await loading;
    }

    /// <summary>The value, for the circuit to go on from; null where it is so large that the circuit is to ask for it again.</summary>
    public static T? IfSmall<T>(T value)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(value).Length <= KeptBytes ? value : null;
}
