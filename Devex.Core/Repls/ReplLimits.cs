namespace Devex.Core.Repls;

/// <summary>Section <c>Limits</c>: what one user may have.</summary>
internal sealed class ReplLimits
{
    /// <summary>REPLs owned, trash not counted. Default 20.</summary>
    public int Repls { get; set; } = 20;

    /// <summary>Sessions at once. Default 5.</summary>
    public int Running { get; set; } = 5;
}
