using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Rebuilding;

namespace Devex.Hosting.Orchestration;

/// <summary>The commands that every resource has, by the names that Aspire gives them.</summary>
internal sealed class LifeCommands(ProjectBuild build, ResourceNotificationService notifications)
{
    public void AddTo(ResourceLife life)
    {
        Add(life, "start", "Start", () => life.StartAsync());
        Add(life, "stop", "Stop", () => life.StopAsync());
        Add(life, "restart", "Restart", () => life.RestartAsync());
        if (life.Resource.TryGetLastAnnotation<IProjectMetadata>(out var project))
        {
            life.Resource.Annotations.Add(new ResourceCommandAnnotation(
                "rebuild", "Rebuild and restart", _ => RebuildAsync(life, project), new() { Description = "Builds this project alone and starts it again." }));
        }
    }

    private static void Add(ResourceLife life, string name, string text, Func<Task> act)
    {
        if (life.Resource.Annotations.OfType<ResourceCommandAnnotation>().Any(command => command.Name == name))
        {
            return;
        }

        life.Resource.Annotations.Add(new ResourceCommandAnnotation(name, text, async _ =>
        {
            await act();
            return CommandResults.Success();
        }, new()));
    }

    private async Task<ExecuteCommandResult> RebuildAsync(ResourceLife life, IProjectMetadata project)
    {
        string? problem = null;
        await life.RestartAsync(async () =>
        {
            await notifications.PublishUpdateAsync(life.Resource, before => before with { State = KnownResourceStates.Building, Failure = null });
            problem = await build.RunAsync(life.Resource, project, life.Closing);
            if (problem is not null)
            {
                await notifications.PublishUpdateAsync(life.Resource, before => before with { State = KnownResourceStates.FailedToStart, Failure = problem });
            }

            return problem is null;
        });
        return problem is null ? CommandResults.Success() : CommandResults.Failure($"{life.Resource.Name} was not built:\n{problem}");
    }
}
