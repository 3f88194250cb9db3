using System.Globalization;

namespace Devex.Bench.Reporting;

/// <summary>One line of the table.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="How">Of how many, and by what.</param>
/// <param name="Value">The median, or what <paramref name="Name"/> says.</param>
/// <param name="Unit">Of <paramref name="Value"/> and <paramref name="Peer"/>.</param>
/// <param name="Peer">The same of something else that does the same work in the same run; null without one.</param>
/// <param name="PeerName">What that is.</param>
internal sealed record Figure(string Name, string How, double Value, string Unit, double? Peer = null, string? PeerName = null)
{
    public double? Ratio => Value / Peer;

    public string Cells() =>
        $"| {Name} | {How} | {Show(Value)} | {(Peer is { } peer ? $"{PeerName}: {Show(peer)}" : "")} | {Ratio?.ToString("0.00", CultureInfo.InvariantCulture)} |";

    private string Show(double value) => value.ToString(value switch { < 10 => "0.00", < 100 => "0.0", _ => "#,0" }, CultureInfo.InvariantCulture) + $" {Unit}";
}
