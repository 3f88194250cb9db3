using System.Net.Sockets;

namespace Devex.Core.Runtimes.Process;

/// <summary>
/// Takes the socket that <c>serve</c> bound out of the folder that the session may write. Programs in there could put a link to any socket of the
/// host in its place, which Core and Gateway would then dial; a rename follows no link, and what was moved is looked at before it is used.
/// </summary>
internal static class ServeSocket
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>Completes when the socket is at <see cref="SessionFolders.Socket"/> and takes connections.</summary>
    public static async Task TakeAsync(SessionFolders folders, CancellationToken cancellationToken)
    {
        while (!File.Exists(folders.Socket))
        {
            try
            {
                File.Move(folders.BoundSocket, folders.Socket, overwrite: true);
            }
            catch (FileNotFoundException)
            {
                await Task.Delay(Look, cancellationToken);
                continue;
            }
            Check(folders.Socket);
        }
        // The name is there from bind on, but it can be dialled only from listen on.
        while (!await CanDialAsync(folders.Socket, cancellationToken))
            await Task.Delay(Look, cancellationToken);
    }

    private static async Task<bool> CanDialAsync(string path, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Check(string path)
    {
        // What is neither link nor folder is at worst something that cannot be dialled.
        var attributes = File.GetAttributes(path);
        if (attributes.HasFlag(FileAttributes.ReparsePoint) || attributes.HasFlag(FileAttributes.Directory))
        {
            File.Delete(path);
            throw new RuntimeException("The session put something else in the place of its socket.");
        }
    }
}
