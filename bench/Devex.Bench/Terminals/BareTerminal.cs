using System.Diagnostics;
using System.Text;
using Devex.Runner.Programs;
using Devex.Runner.Terminals;

namespace Devex.Bench.Terminals;

/// <summary>The kernel's pseudo-terminal, read by a bare loop: poll, read, nothing else.</summary>
internal static class BareTerminal
{
    /// <summary>Seconds from the first byte until <paramref name="bytes"/> have been read.</summary>
    public static double Flood(string command, long bytes)
    {
        using var pty = Start(command);
        var buffer = new byte[64 << 10];
        var (seen, started) = (0L, 0L);
        while (seen < bytes + 4)
        {
            seen += Read(pty, buffer);
            if (started == 0) started = Stopwatch.GetTimestamp();
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Seconds from each byte typed until it is read back.</summary>
    public static List<double> Echo(string command, int count)
    {
        using var pty = Start(command);
        var buffer = new byte[4096];
        for (var text = ""; !text.Contains("ready", StringComparison.Ordinal);) text += Encoding.UTF8.GetString(buffer, 0, Read(pty, buffer));
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            pty.Write("x"u8);
            Read(pty, buffer);
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return times;
    }

    private static Pty Start(string command)
    {
        var pty = Pty.Open(80, 24);
        Spawn.OnTerminal(pty.SlavePath, new ProgramStart("/bin/bash", ["bash", "-c", command], ["PATH=/usr/bin:/bin", "TERM=xterm-256color"], "/tmp"));
        return pty;
    }

    private static unsafe int Read(Pty pty, byte[] buffer)
    {
        while (true)
        {
            var read = pty.Read(buffer);
            if (read > 0) return read;
            if (read < 0) throw new EndOfStreamException("The program ended.");
            var entry = new PollEntry { Descriptor = pty.Descriptor, Events = PollEntry.Input };
            _ = PtyCalls.Poll(&entry, 1, -1);
        }
    }
}
