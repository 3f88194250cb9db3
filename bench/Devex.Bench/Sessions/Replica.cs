using System.Globalization;
using System.Text.RegularExpressions;
using Devex.Bench.Snapshots;
using Devex.Testing;

namespace Devex.Bench.Sessions;

/// <summary>One replica of Core, as its program.</summary>
internal sealed partial class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private readonly ProgramProcess _program;
    private readonly Uri _metrics;

    private Replica(ProgramProcess program, Uri address, Uri metrics) => (_program, Address, _metrics) = (program, address, metrics);

    public Uri Address { get; }

    public int Id => _program.Id;

    /// <summary>Most memory so far, MiB.</summary>
    public double Peak => ProcessUse.PeakOf(Id);

    public static async Task<Replica> StartAsync(IReadOnlyDictionary<string, string?> settings, string folder)
    {
        var (port, sessions, management) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        var program = ProgramProcess.Start(BuiltProgram.Path("Devex.Core"), [], new Dictionary<string, string?>(settings)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["Core__SessionPort"] = $"{sessions}",
            ["Core__SessionUrl"] = $"http://127.0.0.1:{sessions}",
            ["Management__Port"] = $"{management}",
        }, folder);
        var replica = new Replica(program, new Uri($"http://127.0.0.1:{port}"), new Uri($"http://127.0.0.1:{management}/metrics"));
        try
        {
            await program.WaitForHttpAsync(new Uri(replica.Address, "/health"), Patience);
            return replica;
        }
        catch
        {
            await replica.DisposeAsync();
            throw;
        }
    }

    /// <summary>Requests to the API server so far, by verb and resource.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RequestsAsync() => (await ReadAsync("devex_kubernetes_requests_total"))
        .GroupBy(line => $"{Label(line.Labels, "verb")} {Label(line.Labels, "resource")}").ToDictionary(group => group.Key, group => group.Sum(line => line.Value));

    /// <summary>Memory now, MiB: resident, and what the heap held after its last collection.</summary>
    public async Task<(double Resident, double Managed)> MemoryAsync() =>
        (ProcessUse.MemoryOf(Id), (await ReadAsync("dotnet_gc_last_collection_heap_size_bytes")).Sum(line => line.Value) / (1 << 20));

    /// <summary>What it has logged, warnings and worse.</summary>
    public IReadOnlyList<string> Log => _program.Output;

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task<IReadOnlyList<(string Labels, double Value)>> ReadAsync(string name) =>
    [
        .. Line().Matches(await Http.GetStringAsync(_metrics)).Where(match => match.Groups["name"].Value == name)
            .Select(match => (match.Groups["labels"].Value, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture))),
    ];

    private static string Label(string labels, string name) => Regex.Match(labels, $"{name}=\"([^\"]*)\"", RegexOptions.CultureInvariant).Groups[1].Value;

    [GeneratedRegex(@"^(?<name>\w+)(\{(?<labels>[^}]*)\})? (?<value>\S+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
