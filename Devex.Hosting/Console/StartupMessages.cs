using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Orchestration;

namespace Devex.Hosting.Console;

/// <summary>What is said at the start and when all is ready.</summary>
internal sealed class StartupMessages(IAppConsole console, IResourceCollection resources, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public void Begin()
    {
        if (OperatingSystem.IsMacOS())
        {
            console.Say("On macOS sessions run without isolation: programs of users can reach everything you can.");
        }
        else if (OperatingSystem.IsWindows())
        {
            console.Say("Windows is supported through WSL 2 only: start this inside a Linux distribution there.");
        }
    }

    public async Task AnnounceAsync(Task healthy)
    {
        try
        {
            await healthy;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var address = Address();
        console.Say($"""

            Devex is ready{(address is null ? "" : $": {address}")}  ({Durations.Short(time.GetElapsedTime(_started))})
            Press Ctrl+C to stop

            """);
    }

    /// <summary>The address a user opens: the last resource with an external endpoint is the front door; its own URL wins over the endpoint's.</summary>
    private string? Address()
    {
        var frontDoor = resources.LastOrDefault(resource => resource.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.IsExternal)
            && !resource.Annotations.OfType<ExplicitStartupAnnotation>().Any());
        return frontDoor?.Annotations.OfType<ResourceUrlAnnotation>().LastOrDefault()?.Url
            ?? frontDoor?.Annotations.OfType<EndpointAnnotation>().First(endpoint => endpoint.IsExternal).AllocatedEndpoint?.UriString;
    }
}
