using System.Globalization;
using Devex.Bench.Browsers;
using Devex.Bench.Programs;
using Devex.Bench.Reporting;
using Devex.Bench.Workbench;

namespace Devex.Bench.Terminals;

/// <summary>Terminals as a person has them, in a browser: the product's, code-server's and ttyd's, in turn. Each runs the same bare shell, so that its prompt says when something is over.</summary>
internal static class BrowserTerminalBench
{
    private const int Rounds = 5;
    private const int Interrupts = 3;
    private const string Prompt = "bench>";
    private const int Lines = 250_000;

    // 80 bytes, its end included; the terminal is sent a carriage return more.
    private const string Line = "%07.0f lines like this one, which say nothing, fill the file that is looked at.";

    private static readonly int Bytes = Lines * (Written(1).Length + 1);
    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(BenchRun run)
    {
        run.Begin("fetching ttyd and code-server");
        if (!await Peers.EnsureAsync("ttyd.sh") || !await Peers.EnsureAsync("code-server.sh"))
            throw new InvalidOperationException("Without its peers there is nothing to compare with.");
        run.Begin("starting the product, code-server and ttyd");
        await using var devex = await DevexWorkbench.StartAsync();
        await using var codeServer = await CodeServer.StartAsync();
        await using var ttyd = await TtydPage.StartAsync();
        await using var browser = await MeasuringBrowser.LaunchAsync([]);
        run.Begin("making a REPL");
        await devex.PrepareAsync(browser);
        Measured ours = new(devex), theirs = new(codeServer), bare = new(ttyd);
        // The first round makes the file and warms what serves it.
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var measured in (Measured[])[ours, theirs, bare])
            {
                run.Begin($"{measured.Site.Name}, round {round} of {Rounds}");
                await RoundAsync(browser, measured, round, ours.Size);
            }
        }
        Report(run, ours, theirs, bare);
    }

    /// <param name="size">Of the product's terminal: a page that is nothing but a terminal is made as large.</param>
    private static async Task RoundAsync(MeasuringBrowser browser, Measured measured, int round, TerminalSize? size)
    {
        var site = measured.Site;
        await using var visitor = site is TtydPage && size is not null
            ? await browser.VisitorAsync(site.State, (int)size.Width, (int)size.Height)
            : await browser.VisitorAsync(site.State);
        var page = await MeasuredPage.OpenAsync(visitor, site.Address);
        await site.ToTerminalAsync(page);
        while (await page.LineAsync() is null or "")
            await Task.Delay(100);
        await RunAsync(page, $"exec env PS1='{Prompt}' bash --noprofile --norc");
        measured.Size = await page.SizeAsync();
        var file = $"{site.Folder}/bench.txt";
        if (round == 0)
            await RunAsync(page, $"mkdir -p {site.Folder} && seq -f '{Line}' {Lines} > {file}");

        var before = await page.ReceivedAsync();
        var took = await RunAsync(page, $"cat {file}");
        var (received, last) = (await page.ReceivedAsync() - before, await page.LineAboveAsync());
        // ttyd loses a few thousand bytes at times.
        if (last != Written(Lines) || received < Bytes * 0.999)
            throw new InvalidOperationException($"{site.Name} was sent {received} bytes of {Bytes}, and its last line is '{last}'.");
        var interrupts = new List<double>();
        for (var i = 0; i < Interrupts; i++)
        {
            await page.WriteAsync("yes");
            await page.Keyboard.PressAsync("Enter");
            await Task.Delay(Flood);
            interrupts.Add(await page.PromptAsync("Control+c", Prompt));
        }
        if (round > 0)
        {
            measured.Throughputs.Add(Bytes / 1e3 / took);
            measured.Interrupts.AddRange(interrupts);
        }
        await page.LeaveAsync();
    }

    /// <summary>Runs a command; milliseconds from its Enter to the prompt after it.</summary>
    private static async Task<double> RunAsync(MeasuredPage page, string command)
    {
        await page.WriteAsync(command);
        return await page.PromptAsync("Enter", Prompt);
    }

    private static string Written(int line) => Line.Replace("%07.0f", line.ToString("0000000", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static void Report(BenchRun run, Measured ours, Measured theirs, Measured bare)
    {
        var (cat, yes) = ($"p50 of {Rounds} × {Bytes / 1e6:0} MB", $"of {Rounds} × {Interrupts}");
        foreach (var peer in (Measured[])[bare, theirs])
        {
            var sizes = $"{ours.Cells} beside {peer.Cells}";
            Add("throughput of `cat`", $"{cat}, {sizes}{(peer == bare ? "; aim: ratio ≥ 1" : "")}", "MB/s", measured => measured.Throughputs.Median());
            Add("Ctrl-C on `yes` to the prompt p50", $"{yes}{(peer == bare ? "; aim: ≤ 100 ms" : "")}", "ms", measured => measured.Interrupts.Median());
            Add("the slowest of those", $"maximum {yes}", "ms", measured => measured.Interrupts.Max());

            void Add(string name, string how, string unit, Func<Measured, double> value) =>
                run.Add(new Figure($"browser terminal: {name}", how, value(ours), unit, value(peer), peer.Site.Name));
        }
    }

    private sealed record Measured(ISite Site)
    {
        public List<double> Throughputs { get; } = [];

        public List<double> Interrupts { get; } = [];

        public TerminalSize? Size { get; set; }

        public string Cells => $"{Size!.Columns} × {Size.Rows}";
    }
}
