using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The product on real names, as <see cref="SecureStack"/> starts it.</summary>
public sealed class HttpsTests(SecureStack stack, Chromium chromium) : IClassFixture<SecureStack>
{
    private const string Server =
        """
        import { createServer } from "node:http";
        createServer((request, response) => {
        response.setHeader("Content-Type", "text/html");
        response.end(`<h1>Seen by ${request.headers.host}</h1><p id="cookies">[${request.headers.cookie ?? ""}]</p><p id="proto">${request.headers["x-forwarded-proto"]}</p>`);
        }).listen(3000, () => console.log("listening"));
        """;

    [Fact]
    public async Task The_workbench_its_terminal_and_a_private_preview_in_a_frame_work_under_a_real_sites_rules()
    {
        await using var browser = await stack.LaunchAsync(chromium);
        await using var visitor = await Chromium.VisitAsync(browser, stack.Names.Web);
        var page = visitor.Page;

        await visitor.SignInAsync("ada");
        await visitor.CreateReplAsync("node", "Secure");
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync(Server + "\n");
        await workbench.SavedAsync();
        await page.GetByTestId("run").ClickAsync();
        await workbench.WaitForTerminalAsync("^listening");
        var id = new Uri(page.Url).Segments[^1];

        // Into a frame of the IDE, as the workbench enters: a form with a one-use code.
        await page.EvaluateAsync(
            """
            async id => {
              const { token } = await (await fetch("/api/antiforgery")).json();
              const answer = await fetch(`/api/repls/${id}/previews/3000/codes`, { method: "POST", headers: { "X-Devex-Antiforgery": token } });
              const { url, code } = await answer.json();
              const frame = Object.assign(document.createElement("iframe"), { name: "preview", title: "Preview" });
              const form = Object.assign(document.createElement("form"), { method: "post", action: url, target: "preview" });
              for (const [name, value] of [["code", code], ["path", "/"]]) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
              document.body.append(frame, form);
              form.submit();
            }
            """, id);
        var frame = page.FrameLocator("iframe[name=preview]");
        await Expect(frame.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Seen by localhost:3000", new() { Timeout = 60_000 });
        await Expect(frame.Locator("#cookies")).ToHaveTextAsync("[]");
        await Expect(frame.Locator("#proto")).ToHaveTextAsync("https");

        var cookies = await visitor.Context.CookiesAsync();
        var entrance = Assert.Single(cookies, cookie => cookie.Name == "__Host-devex-preview");
        Assert.True(entrance is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.None });
        Assert.Equal($"3000-{id}.preview.devex-run.test", entrance.Domain);
        Assert.Contains("devex-ide.test", entrance.PartitionKey, StringComparison.Ordinal);
        Assert.True(Assert.Single(cookies, cookie => cookie.Name == "__Host-devex") is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Lax });

        // In a tab of its own there is no such cookie: the way in leads through Web again.
        var tab = await visitor.Context.NewPageAsync();
        await tab.GotoAsync($"https://3000-{id}.preview.devex-run.test:{stack.Names.Preview.Port}/");
        await Expect(tab.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Seen by localhost:3000", new() { Timeout = 60_000 });
        Assert.Equal(2, (await visitor.Context.CookiesAsync()).Count(cookie => cookie.Name == "__Host-devex-preview"));
    }

    [Fact]
    public async Task A_missing_tool_is_named_where_the_person_is_and_its_installation_is_enough_to_go_on()
    {
        await using var browser = await stack.LaunchAsync(chromium);
        await using var visitor = await Chromium.VisitAsync(browser, stack.Names.Web);
        var page = visitor.Page;
        await visitor.SignInAsync("grace");

        // Said before anything is made, on the page of what was made, and on its card.
        await page.GetByTestId("new-repl").First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByTestId("template-cobol").ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Note)).ToContainTextAsync($"{SecureStack.MissingTool} is not installed where this REPL would run");
        await visitor.PictureAsync("new-repl-missing-tool");
        await dialog.GetByTestId("create-repl").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/r/[0-9a-z]{12}$"));
        var workbench = new WorkbenchPage(page);
        var why = $"{SecureStack.MissingTool} is not installed on this machine: install it and start again.";
        await Expect(workbench.Overlay.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Not started");
        await Expect(workbench.Overlay.GetByRole(AriaRole.Status)).ToHaveTextAsync(why);
        await visitor.PictureAsync("workbench-missing-tool");
        await workbench.Overlay.GetByTestId("start").ClickAsync();
        await Expect(workbench.Overlay.GetByRole(AriaRole.Status)).ToHaveTextAsync(why);
        var address = page.Url;
        await page.GotoAsync("/");
        await Expect(page.GetByTestId("repl").GetByRole(AriaRole.Status)).ToHaveTextAsync(why);
        await visitor.PictureAsync("dashboard-missing-tool");

        stack.Install();
        await page.GotoAsync(address);
        await Expect(workbench.Overlay.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Stopped");
        await workbench.Overlay.GetByTestId("start").ClickAsync();
        await workbench.ReadyAsync();
        await Expect(workbench.Overlay).ToBeHiddenAsync();
        Assert.Empty(visitor.Exceptions);
    }
}
