using System.Collections.Concurrent;
using System.Threading.Channels;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Events;
using Devex.Core.Sessions;
using Devex.Core.Templates;

namespace Devex.Core.Tests.Sessions;

/// <summary>Counts what everyone was told.</summary>
internal sealed class FakeEvents : IReplEvents, ILocationEvents
{
    public ConcurrentQueue<ReplId> Changes { get; } = new();

    public ConcurrentQueue<ReplId> Locations { get; } = new();

    public Task ChangedAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        Changes.Enqueue(id);
        return Task.CompletedTask;
    }

    public Task SavedAsync(UserId owner, ReplId id, SavedState saved, CancellationToken cancellationToken) => Task.CompletedTask;

    Task ILocationEvents.ChangedAsync(ReplId id, CancellationToken cancellationToken)
    {
        Locations.Enqueue(id);
        return Task.CompletedTask;
    }
}

internal sealed class FakeTemplates : ITemplates
{
    public static TemplateManifest Plain { get; } = new("plain", "/", "Plain", "A shell.", "icon.svg", 0, "image", "true", null, [], [], [], []);

    public static TemplateManifest Exotic { get; } = Plain with { Key = "exotic", Tools = ["bash", "no-such-tool"] };

    public IReadOnlyList<TemplateManifest> All { get; init; } = [Plain, Exotic];

    public TemplateManifest? Find(string key) => All.FirstOrDefault(template => template.Key == key);
}

internal sealed class FakeSignals : ISessionSignals
{
    private readonly Channel<(UserId, ReplId, string?)?> _signals = Channel.CreateUnbounded<(UserId, ReplId, string?)?>();

    public Task SendAsync(UserId owner, ReplId id, string? trace, CancellationToken cancellationToken)
    {
        _signals.Writer.TryWrite((owner, id, trace));
        return Task.CompletedTask;
    }

    /// <summary>Redis is back, and may be another.</summary>
    public void Restore() => _signals.Writer.TryWrite(null);

    public IAsyncEnumerable<(UserId Owner, ReplId Id, string? Trace)?> ReceiveAsync(CancellationToken cancellationToken) => _signals.Reader.ReadAllAsync(cancellationToken);
}
