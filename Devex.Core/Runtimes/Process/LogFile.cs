using System.Diagnostics.CodeAnalysis;

namespace Devex.Core.Runtimes.Process;

/// <summary>Logs of sessions are appended to by processes that Core does not read, so it cuts them from time to time.</summary>
internal static class LogFile
{
    /// <summary>Empties a log that is longer than <paramref name="limit"/> bytes: its writer appends and goes on at the new end.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A log that cannot be cut is no reason to leave a session alone.")]
    public static void Bound(string path, long limit)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true } file && file.Length > limit)
            {
                using var log = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                log.SetLength(0);
            }
        }
        catch (Exception)
        {
        }
    }
}
