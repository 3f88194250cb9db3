using Devex.Bench.Browsers;
using Devex.Bench.Programs;
using Devex.Bench.Reporting;
using Devex.Bench.Snapshots;
using Microsoft.Playwright;

namespace Devex.Bench.Workbench;

/// <summary>
/// From asking for a file's page to seeing it and to text that was typed into it, with an empty cache and with a full one; from a key to the screen; memory of the servers.
/// Devex and code-server take turns in one browser, with the same file and by the same script in both pages. Then they do so once more in a browser whose frames keep no time,
/// for the keys alone: what is left of a key to the screen when no frame is waited for. A page with nothing but a text takes its turn for the keys too: what no page can be under.
/// </summary>
internal static class WorkbenchBench
{
    public const string FirstLine = "A web server that greets you.";

    private const int Rounds = 5;
    private const int Keys = 100;
    private const int Quiet = 4 << 10;

    private static readonly Uri Bare = new("data:text/html,<div contenteditable spellcheck=false><div class=line>// bare</div></div>");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(BenchRun run)
    {
        run.Begin("fetching code-server");
        if (!await Peers.EnsureAsync("code-server.sh"))
            throw new InvalidOperationException("Without code-server there is nothing to compare with.");
        run.Begin("starting the product");
        await using var devex = await DevexWorkbench.StartAsync();
        run.Begin("starting code-server");
        await using var peer = await CodeServer.StartAsync();
        Relay[] relays = [.. devex.Relays, .. peer.Relays];
        await using var browser = await MeasuringBrowser.LaunchAsync(relays);
        Measured ours = new(devex), theirs = new(peer);
        run.Begin("idle, before anybody comes");
        await Task.Delay(Idle);
        foreach (var measured in (Measured[])[ours, theirs])
            measured.Memory.Add(MemoryOf(ProcessTree.Of(measured.Workbench.Process)));
        run.Begin("making a REPL");
        await devex.PrepareAsync(browser);
        // The first round warms the servers.
        Typed bare = new(), bareUnpaced = new();
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var measured in (Measured[])[ours, theirs])
                await RoundAsync(run, browser, round, measured);
            await BareRoundAsync(run, browser, round, bare);
        }
        // Not between the others' rounds, because a second browser's pages are in what servers remember.
        await using var unpaced = await MeasuringBrowser.LaunchAsync(relays, paced: false);
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var measured in (Measured[])[ours, theirs])
                await UnpacedRoundAsync(run, unpaced, round, measured);
            await BareRoundAsync(run, unpaced, round, bareUnpaced);
        }
        Report(run, ours, theirs, bare, bareUnpaced);
    }

    private static async Task RoundAsync(BenchRun run, MeasuringBrowser browser, int round, Measured measured)
    {
        var (workbench, counts) = (measured.Workbench, round > 0);
        await using var visitor = await browser.VisitorAsync(workbench.State);
        run.Begin($"{workbench.Name}, round {round} of {Rounds}: cold cache");
        var (page, cold) = await VisitAsync(workbench, visitor, $"// {round}cold");
        await page.LeaveAsync();
        run.Begin($"{workbench.Name}, round {round} of {Rounds}: warm cache");
        var text = $"// {round}warm";
        (page, var warm) = await VisitAsync(workbench, visitor, text);
        run.Begin($"{workbench.Name}, round {round} of {Rounds}: keys");
        var keys = await page.KeysAsync(workbench.Lines, text, Keys);
        await Task.Delay(Idle);
        measured.Memory.Add(MemoryOf(ProcessTree.Of(workbench.Process)));
        measured.Own.Add(MemoryOf(workbench.OwnProcesses()));
        var frames = await page.FramesAsync();
        if (counts)
            measured.Add(cold, warm, keys, frames);
        await page.LeaveAsync();
    }

    /// <summary>The same keys, where a frame is made as soon as there is something to draw.</summary>
    private static async Task UnpacedRoundAsync(BenchRun run, MeasuringBrowser browser, int round, Measured measured)
    {
        var workbench = measured.Workbench;
        run.Begin($"{workbench.Name}, round {round} of {Rounds}: keys without a clock of frames");
        await using var visitor = await browser.VisitorAsync(workbench.State);
        var text = $"// {round}unpaced";
        var (page, _) = await VisitAsync(workbench, visitor, text);
        var keys = await page.KeysAsync(workbench.Lines, text, Keys);
        var frames = await page.FramesAsync();
        if (round > 0)
            measured.Unpaced.Add(keys, frames);
        await page.LeaveAsync();
    }

    /// <summary>The same keys into a page with nothing else.</summary>
    private static async Task BareRoundAsync(BenchRun run, MeasuringBrowser browser, int round, Typed typed)
    {
        const string Line = ".line";
        run.Begin($"nothing but a text, round {round} of {Rounds}");
        await using var visitor = await browser.VisitorAsync();
        var page = await MeasuredPage.OpenAsync(visitor, Bare);
        await page.ClickAsync(await page.VisibleAsync(Line, "// bare"));
        await page.Keyboard.PressAsync("End");
        var keys = await page.KeysAsync(Line, "// bare", Keys);
        var frames = await page.FramesAsync();
        if (round > 0)
            typed.Add(keys, frames);
        await page.LeaveAsync();
    }

    /// <summary>Opens the page, sees the file, and types a line below its first, as soon as that can be done.</summary>
    private static async Task<(MeasuredPage Page, Visit Visit)> VisitAsync(IWorkbench workbench, IBrowserContext visitor, string text)
    {
        var before = Bytes();
        var page = await MeasuredPage.OpenAsync(visitor, workbench.Address);
        var editor = await page.VisibleAsync(workbench.Lines, FirstLine);
        var visible = Bytes() - before;
        MeasuredPage.Place? typed = null;
        while (typed is null)
        {
            await page.ClickAsync(editor);
            await page.Keyboard.PressAsync("End");
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.TypeAsync(text);
            // Who sees nothing of it tries again.
            typed = await page.TryVisibleAsync(workbench.Lines, text, (int)Second.TotalMilliseconds);
        }
        var visit = new Visit(editor.Time, typed.Time, visible / 1e6, (Bytes() - before) / 1e6);
        // What it still fetches belongs to no other measure.
        for (long last = -Quiet; Bytes() - last >= Quiet;)
        {
            last = Bytes();
            await Task.Delay(Second);
        }
        return (page, visit);

        long Bytes() => workbench.Relays.Sum(relay => relay.Bytes);
    }

    private static double MemoryOf(IEnumerable<int> processes) => processes.Sum(ProcessUse.MemoryOf);

    private static void Report(BenchRun run, Measured ours, Measured theirs, Typed bare, Typed bareUnpaced)
    {
        foreach (var (cache, visits) in ((string, Func<Measured, List<Visit>>)[])[("cold", measured => measured.Cold), ("warm", measured => measured.Warm)])
        {
            Add($"{cache} cache, bytes to a visible editor", "MB", measured => visits(measured).Select(visit => visit.VisibleBytes));
            Add($"{cache} cache, bytes to typed text", "MB", measured => visits(measured).Select(visit => visit.TypedBytes), "; aim: ratio ≤ 0.20");
            Add($"{cache} cache, time to a visible editor", "ms", measured => visits(measured).Select(visit => visit.Visible));
            Add($"{cache} cache, time to typed text", "ms", measured => visits(measured).Select(visit => visit.Typed), "; aim: ratio ≤ 0.33");
        }
        var keys = $"of {Rounds} × {Keys} keys";
        foreach (var (pace, typed, least) in ((string, Func<Measured, Typed>, Typed)[])[
            ("60 frames a second", measured => measured.Paced, bare), ("frames as fast as they can be drawn", measured => measured.Unpaced, bareUnpaced)])
        {
            run.Add(new Figure(
                $"workbench: key to screen, {pace} (p50), beside nothing but a text", keys, typed(ours).Keys.Select(key => key.Drawn).ToList().Quantile(0.5), "ms",
                least.Keys.Select(key => key.Drawn).ToList().Quantile(0.5), "bare text"));
            foreach (var (part, aim) in ((double, string)[])[(0.5, "; aim: ≤ 5 ms"), (0.99, "")])
            {
                AddKeys($"key to screen, {pace} (p{part * 100:0})", keys + aim, part, measured => typed(measured).Keys.Select(key => key.Drawn));
                AddKeys($"key to the change that a frame then draws, {pace} (p{part * 100:0})", keys, part, measured => typed(measured).Keys.Select(key => key.Changed));
            }
            run.Add(new Figure(
                $"workbench: frames a second the browser made, {pace}", $"p50 of {Rounds}, after the keys, while a point of the page changed with each frame",
                typed(ours).Frames.Median(), "/s", typed(theirs).Frames.Median(), theirs.Workbench.Name));
        }
        foreach (var (when, which) in ((string, Index)[])[("before anybody came", 0), ("first round's page idle", 1), ("last round's page idle", ^1)])
            AddMemory($"memory of all servers, {when}", ours.Memory[which], theirs.Memory[which]);
        foreach (var (when, which) in ((string, Index)[])[("first", 0), ("last", ^1)])
            AddMemory($"memory of one more, a REPL's processes beside a code-server's, {when} round", ours.Own[which], theirs.Own[which]);

        void AddMemory(string name, double value, double peer) =>
            run.Add(new Figure($"workbench: {name}", "resident, all processes", value, "MiB", peer, theirs.Workbench.Name));

        void AddKeys(string name, string how, double part, Func<Measured, IEnumerable<double>> values) => run.Add(new Figure(
            $"workbench: {name}", how, values(ours).ToList().Quantile(part), "ms", values(theirs).ToList().Quantile(part), theirs.Workbench.Name));

        void Add(string name, string unit, Func<Measured, IEnumerable<double>> values, string how = "") => run.Add(new Figure(
            $"workbench: {name}", $"p50 of {Rounds}{how}", values(ours).ToList().Median(), unit, values(theirs).ToList().Median(), theirs.Workbench.Name));
    }

    /// <param name="Visible">Milliseconds.</param>
    /// <param name="Typed">Milliseconds.</param>
    /// <param name="VisibleBytes">MB until then.</param>
    /// <param name="TypedBytes">MB until then.</param>
    private sealed record Visit(double Visible, double Typed, double VisibleBytes, double TypedBytes);

    private sealed record Measured(IWorkbench Workbench)
    {
        public List<Visit> Cold { get; } = [];

        public List<Visit> Warm { get; } = [];

        /// <summary>With frames by a clock.</summary>
        public Typed Paced { get; } = new();

        public Typed Unpaced { get; } = new();

        /// <summary>Before the first round, and after each.</summary>
        public List<double> Memory { get; } = [];

        /// <summary>Memory of what is there for one person alone, after each round.</summary>
        public List<double> Own { get; } = [];

        public void Add(Visit cold, Visit warm, IReadOnlyList<KeyTimes> keys, double frames)
        {
            Cold.Add(cold);
            Warm.Add(warm);
            Paced.Add(keys, frames);
        }
    }

    private sealed class Typed
    {
        public List<KeyTimes> Keys { get; } = [];

        /// <summary>A second, after each round's keys.</summary>
        public List<double> Frames { get; } = [];

        public void Add(IReadOnlyList<KeyTimes> keys, double frames)
        {
            Keys.AddRange(keys);
            Frames.Add(frames);
        }
    }
}
