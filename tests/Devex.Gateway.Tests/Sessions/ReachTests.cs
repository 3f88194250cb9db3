using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Devex.Gateway.Tests.Fixtures;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Gateway.Tests.Sessions;

/// <summary>From the terminal of a real session, with every part of the product running beside it on this machine.</summary>
[Trait("Tier", "integration")]
public sealed class ReachTests(Stack stack)
{
    [Fact]
    public async Task A_terminal_reaches_no_part_of_ours_and_nothing_of_another_repl()
    {
        var (client, ada, alan) = await stack.StartAsync();
        await using var terminal = await ada.OpenTerminalAsync((await ada.Session.NewTerminalAsync()).Terminal);
        var addresses = NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address).Where(address => address.AddressFamily == AddressFamily.InterNetwork).Append(IPAddress.Parse("10.0.2.2"));
        foreach (var (part, port) in client.Parts)
        {
            Assert.True(port > 0, part);
            foreach (var address in addresses.Distinct())
                await ExpectNoAsync($"{part} at {address}", $"exec 3<>/dev/tcp/{address}/{port}");
        }
        await ExpectNoAsync("the other REPL's files", $"ls -d {client.DataFolder}/*/{alan.Id} || ls {client.DataFolder}");
        // The brackets keep grep from finding itself.
        await ExpectNoAsync("the other REPL's programs", "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep 'mirror[.]mjs local-alan'");

        // The same ways of asking find what may be found.
        await ExpectAsync("its own program", "exec 3<>/dev/tcp/127.0.0.1/3000", "yes");
        await ExpectAsync("its own programs", "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep 'mirror[.]mjs local-ada'", "yes");

        Task ExpectNoAsync(string what, string script) => ExpectAsync(what, script, "no");

        async Task ExpectAsync(string what, string script, string expected)
        {
            var mark = Guid.NewGuid().ToString("N")[..8];
            await ada.Session.WriteFileAsync("ask.sh", script + "\n");
            await terminal.WriteAsync($"timeout 5 bash ask.sh >/dev/null 2>&1 && echo {mark}''-yes.{mark}'' || echo {mark}''-no.{mark}''\n");
            var said = await terminal.ReadUntilAsync($".{mark}\r\n");
            Assert.True(said.Contains($"{mark}-{expected}.", StringComparison.Ordinal), what);
        }
    }
}
