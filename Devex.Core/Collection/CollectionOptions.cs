namespace Devex.Core.Collection;

/// <summary>Section <c>Collection</c>.</summary>
internal sealed class CollectionOptions
{
    /// <summary>Whether this replica thins and collects by itself. Default true; replicas share the work by leases.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often restore points are thinned. Default 1 h.</summary>
    public TimeSpan ThinEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often a user's packs and pages are looked through. Default 1 day.</summary>
    public TimeSpan CollectEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long objects stay after they were condemned. Default 1 day. WARNING: a save or restore that began before they were condemned and takes longer than this
    /// would lose files; it is hours too long for any to be that slow.
    /// </summary>
    public TimeSpan Reprieve { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How young an object may be and yet be condemned: a save uploads before it commits. Default 1 day.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(1);
}
