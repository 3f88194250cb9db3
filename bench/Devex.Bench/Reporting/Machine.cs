using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Devex.Bench.Reporting;

/// <summary>Where and when a run was made.</summary>
internal static partial class Machine
{
    private const int Samples = 50;
    private const int Calls = 1_000;

    /// <summary>Lines of the page. Call it before anything is measured: the load that it tells is that at start.</summary>
    public static IReadOnlyList<string> Describe(DateTimeOffset now, string command) =>
    [
        $"- {Field("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores, {Memory()} of memory",
        $"- {Field("/etc/os-release", "PRETTY_NAME").Trim('"')}, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}",
        Costs(),
        $"- load average at start {string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ').Take(3))}",
        $"- {now.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, `{command}`",
    ];

    /// <summary>
    /// What the kernel takes for what programs that talk to each other ask it most: two machines of one name may differ in it, and everything with terminals and sockets with them.
    /// </summary>
    private static string Costs()
    {
        var call = Enumerable.Range(0, Samples).Select(_ => Time(Calls, () => _ = ParentProcess())).ToList().Median();
        return string.Create(CultureInfo.InvariantCulture, $"- a system call {call * 1e9:0} ns, a byte to another thread and back over loopback {ThereAndBack() * 1e6:0.0} µs");
    }

    private static double ThereAndBack()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var near = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.Connect(listener.LocalEndPoint!);
        using var far = listener.Accept();
        far.NoDelay = true;
        var answering = new Thread(() =>
        {
            Span<byte> one = stackalloc byte[1];
            while (far.Receive(one) == 1)
                far.Send(one);
        });
        answering.Start();
        var letter = new byte[1];
        var median = Enumerable.Range(0, Samples).Select(_ => Time(Calls / Samples, () => near.Receive(letter, near.Send(letter), SocketFlags.None))).ToList().Median();
        near.Shutdown(SocketShutdown.Send);
        answering.Join();
        return median;
    }

    /// <summary>Seconds that each of <paramref name="count"/> takes.</summary>
    private static double Time(int count, Action action)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds / count;
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentProcess();

    private static string Memory()
    {
        var kibibytes = double.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{kibibytes / (1 << 20):0} GiB");
    }

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOfAny([':', '=']) + 1)..].Trim()
            : "unknown";
}
