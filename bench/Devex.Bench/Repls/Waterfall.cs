using System.Globalization;
using Devex.Bench.Reporting;
using Devex.Contracts.Api;

namespace Devex.Bench.Repls;

/// <summary>How long each stage of starts or stops took, as Core tells it.</summary>
internal sealed class Waterfall
{
    private readonly Dictionary<string, List<double>> _stages = [];

    public void Add(SessionProgress progress)
    {
        foreach (var stage in progress.Stages)
        {
            if (stage.EndedAt is not { } ended)
                continue;
            if (!_stages.TryGetValue(stage.Name, out var times))
                _stages[stage.Name] = times = [];
            times.Add((ended - stage.StartedAt).TotalMilliseconds);
        }
    }

    public void Print(string what)
    {
        foreach (var (name, times) in _stages)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{what,-6} {name,-12} p50 {times.Median(),6:0} ms   p90 {times.Quantile(0.9),6:0} ms   of {times.Count}"));
        }
    }
}
