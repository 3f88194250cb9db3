using System.Globalization;
using System.Net.NetworkInformation;
using Aspire.Hosting;
using Devex.Hosting.Endpoints;
using Devex.Testing;

namespace Devex.Hosting.Tests.Booting;

/// <summary>Starting and stopping again and again leaves no process, no port and no file.</summary>
[Trait("Tier", "integration")]
public sealed class LeakTests
{
    private const int Starts = 50;
    private const int Interrupt = 2;

    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_starts_and_stops_of_an_application_leave_nothing()
    {
        using var folder = new TempFolder("devex-leaks-");
        var mark = new Marked();
        var port = Ports.Free();
        HashSet<string>? files = null;
        for (var round = 0; round < Starts; round++)
        {
            var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
            {
                Args = ["--Devex:DataFolder=" + folder["data"], "--environment=Development"],
                ProjectDirectory = folder.Path,
            });
            var server = builder.AddExecutable("server", "python3", ".", "-m", "http.server", "--bind", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture))
                .WithHttpEndpoint(port: port).WithHttpHealthCheck("/").WithEnvironment(mark.Variable.Key, mark.Variable.Value!);
            builder.AddExecutable("shell", "sh", ".", "-c", "sleep 600 & sleep 600").WaitFor(server).WithEnvironment(mark.Variable.Key, mark.Variable.Value!);
            await using (var app = builder.Build())
            {
                // A port that the round before had not given back would end this start.
                await app.StartAsync(Cancellation);
                await app.ResourceNotifications.WaitForResourceAsync("shell", cancellationToken: Cancellation);
                await app.StopAsync(Cancellation);
            }

            await mark.WaitUntilGoneAsync(Cancellation);
            files ??= Files(folder.Path);
            Assert.Equal(files.Order(), Files(folder.Path).Order());
        }

        Assert.DoesNotContain(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), listener => listener.Port == port);
        Assert.DoesNotContain(
            Directory.EnumerateFiles("/proc/self/fd").Select(descriptor => new FileInfo(descriptor).LinkTarget),
            target => target?.StartsWith(folder.Path, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task The_product_started_again_over_its_data_leaves_what_it_left_the_first_time()
    {
        using var folder = new TempFolder("devex-leaks-");
        var mark = new Marked();
        HashSet<string>? files = null;
        for (var round = 0; round < 2; round++)
        {
            await using var appHost = ProgramProcess.Start(
                BuiltProgram.Path("Devex.AppHost"),
                [$"--Ports:Web={FreePort.Next()}", $"--Ports:Gateway={FreePort.Next()}", $"--Devex:DataFolder={folder["data"]}"],
                new Dictionary<string, string?> { ["DOTNET_ENVIRONMENT"] = "Development", [mark.Variable.Key] = mark.Variable.Value });
            await appHost.WaitForLineAsync("Devex is ready", TimeSpan.FromMinutes(2), Cancellation);
            Assert.True(mark.Alive().Count >= 6, string.Join(", ", mark.Alive()));
            appHost.Signal(Interrupt);
            Assert.Equal(0, await appHost.WaitForExitAsync(TimeSpan.FromMinutes(2), Cancellation));
            await mark.WaitUntilGoneAsync(Cancellation);
            // What the servers keep is theirs; beside it nothing grows.
            var left = Files(folder.Path).Where(file => !file.Contains("/volumes/", StringComparison.Ordinal)).ToHashSet();
            files ??= left;
            Assert.Equal(files.Order(), left.Order());
        }
    }

    private static HashSet<string> Files(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })];
}
