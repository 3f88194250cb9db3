using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Core.Sessions.Control;

namespace Devex.Core.Tests.Sessions;

internal sealed class FakeControl(FakeRuntime runtime, TimeProvider time) : ISessionControl
{
    private readonly DateTimeOffset _begun = time.GetUtcNow();

    public Task<SessionStatus> StatusAsync(string address, ReplId id, string? instance, CancellationToken cancellationToken) =>
        runtime.Crash.AroundAsync(() => Task.FromResult(Status(Reach(id, instance))));

    public Task<SessionStatus> ControlAsync(
        string address, ReplId id, string instance, ControlRequest request, CancellationToken cancellationToken) => runtime.Crash.AroundAsync(() =>
        {
            var machine = Reach(id, instance);
            if (!machine.Controlled && request.WebOrigin is null)
                throw new SessionControlException("The first control must bring the origin.");
            machine.Controlled = machine.WasReady = true;
            machine.Frozen = request.Frozen ?? machine.Frozen;
            if (request.Frozen is { } frozen)
                runtime.Done.Enqueue(frozen ? "freeze" : "live");
            if (request.Environment is { } environment)
                machine.Environment = environment;
            foreach (var (user, role) in request.Roles ?? new Dictionary<string, Role>())
                runtime.Done.Enqueue($"{user} is {role}");
            foreach (var user in request.Revoke ?? [])
                runtime.Done.Enqueue($"{user} is shown out");
            if (request.EndPrograms)
                runtime.Done.Enqueue("end programs");
            return Task.FromResult(Status(machine));
        });

    private Machine Reach(ReplId id, string? instance)
    {
        if (!runtime.Machines.TryGetValue(id, out var machine) || machine.Instance is null || machine.Silent)
            throw new SessionControlException("The session does not answer: connection refused");
        return instance is null || instance == machine.Instance ? machine : throw new SessionControlException("The session answered 401.");
    }

    private SessionStatus Status(Machine machine) => new(
        machine.Instance!, machine.Id, "1.0", machine.Controlled, machine.Frozen, null, machine.Unflushed, machine.Clients, [], _begun, []);
}
