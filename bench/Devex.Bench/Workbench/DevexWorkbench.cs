using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Devex.Bench.Browsers;
using Devex.Bench.Programs;
using Devex.Testing;
using Microsoft.Playwright;

namespace Devex.Bench.Workbench;

/// <summary>The whole product as its AppHost starts it, with a REPL that runs.</summary>
internal sealed class DevexWorkbench : IWorkbench
{
    // Language servers come from npm's registry first.
    private const float Patience = 240_000;

    private readonly AppHostProgram _host;

    private DevexWorkbench(AppHostProgram host) => (_host, Relays, Address) = (host, [new Relay(host.WebPort), new Relay(host.GatewayPort)], host.Web);

    public string Name => "Devex";

    public Uri Address { get; private set; }

    public string? State { get; private set; }

    // In the home of the person, which goes with the product's data; and no snapshot has it.
    public string Folder => "$HOME/.cache";

    public string Lines => ".cm-line";

    public IReadOnlyList<Relay> Relays { get; }

    public int Process => _host.Id;

    /// <summary>Static files are as they were built, compressed and to be kept by browsers, as those of a published Web: Development would send them otherwise.</summary>
    public static async Task<DevexWorkbench> StartAsync() => new(await AppHostProgram.StartAsync(new Dictionary<string, string?>
    {
        ["ReloadStaticAssetsAtRuntime"] = "false",
        ["EnableStaticAssetsDevelopmentCaching"] = "true",
    }));

    /// <summary>Signs in, makes the REPL and waits until its language server runs.</summary>
    public async Task PrepareAsync(MeasuringBrowser browser)
    {
        await using var visitor = await browser.VisitorAsync();
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(_host.Web.ToString());
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^ada$", RegexOptions.IgnoreCase) }).ClickAsync();
        await page.GetByTestId("new-repl").First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByTestId("template-node").ClickAsync();
        await dialog.GetByTestId("create-repl").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/r/[0-9a-z]{12}$"), new() { Timeout = Patience });
        await page.Locator("[data-testid=status-server][title='TypeScript: its language server runs']").WaitForAsync(new() { Timeout = Patience });
        Address = new Uri(page.Url);
        // Who it is, and nothing of what else its browser remembers.
        var state = JsonNode.Parse(await visitor.StorageStateAsync())!;
        state["origins"] = new JsonArray();
        State = state.ToJsonString();
    }

    public IEnumerable<int> OwnProcesses() => ProcessTree.Of(ProcessTree.Of(Process).First(id => File.ReadAllText($"/proc/{id}/comm").Trim() == "Devex.Core")).Skip(1);

    public Task ToTerminalAsync(MeasuredPage page) => page.ClickAsync("[data-testid=terminal] .xterm-screen");

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in Relays)
            await relay.DisposeAsync();
        await _host.DisposeAsync();
    }
}
