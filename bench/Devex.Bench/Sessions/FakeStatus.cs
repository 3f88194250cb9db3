using System.Globalization;
using System.Text.Json.Nodes;
using Devex.Core.Runtimes.Kubernetes.Objects;

namespace Devex.Bench.Sessions;

/// <summary>A pod's status as its kubelet writes it, step by step.</summary>
internal sealed class FakeStatus(string address)
{
    private readonly string _started = Now();
    private int _restarts;

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Restore runs.</summary>
    public string Restoring() => Whole("Pending", false, false, Running(), Waiting(), Waiting());

    /// <summary>Restore has ended; the programs' containers are being made.</summary>
    public string Restored() => Whole("Pending", true, false, Ended(0), Waiting(), Waiting());

    /// <summary>Everything runs.</summary>
    public string Serving() => Whole("Running", true, true, Ended(0), Running(), Running());

    /// <summary>The container of <c>serve</c> was killed, and runs again.</summary>
    public string Restarted()
    {
        _restarts++;
        return Serving();
    }

    /// <summary>A save came to its end.</summary>
    public static string Saved(string container) => new JsonObject
    {
        ["status"] = new JsonObject { ["ephemeralContainerStatuses"] = new JsonArray(Container(container, Ended(0))) },
    }.ToJsonString();

    private string Whole(string phase, bool initialized, bool ready, JsonObject restore, JsonObject runner, JsonObject saver)
    {
        var serve = Container(SessionContainers.Runner, runner, _restarts);
        if (_restarts > 0)
            serve["lastState"] = Ended(137);
        return new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = phase,
                ["startTime"] = _started,
                ["hostIP"] = "10.244.0.1",
                ["podIP"] = address,
                ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
                ["conditions"] = new JsonArray(Condition("Initialized", initialized), Condition("Ready", ready), Condition("ContainersReady", ready), Condition("PodScheduled", true)),
                ["initContainerStatuses"] = new JsonArray(Container(SessionContainers.Restore, restore)),
                ["containerStatuses"] = new JsonArray(serve, Container(SessionContainers.Saver, saver)),
            },
        }.ToJsonString();
    }

    private JsonObject Condition(string type, bool holds) => new() { ["type"] = type, ["status"] = holds ? "True" : "False", ["lastTransitionTime"] = _started };

    private static JsonObject Container(string name, JsonObject state, int restarts = 0) => new()
    {
        ["name"] = name,
        ["image"] = LoadWorld.Image,
        ["imageID"] = LoadWorld.Image,
        ["containerID"] = $"containerd://{Guid.NewGuid():n}{Guid.NewGuid():n}",
        ["ready"] = state.ContainsKey("running"),
        ["started"] = state.ContainsKey("running"),
        ["restartCount"] = restarts,
        ["state"] = state,
    };

    private static JsonObject Running() => new() { ["running"] = new JsonObject { ["startedAt"] = Now() } };

    private static JsonObject Waiting() => new() { ["waiting"] = new JsonObject { ["reason"] = "PodInitializing" } };

    private static JsonObject Ended(int code) => new()
    {
        ["terminated"] = new JsonObject { ["exitCode"] = code, ["reason"] = code == 0 ? "Completed" : "Error", ["startedAt"] = Now(), ["finishedAt"] = Now() },
    };
}
