using Devex.Bench.Browsers;

namespace Devex.Bench.Workbench;

/// <summary>A workbench whose address opens <c>index.js</c> of the template for Node.js.</summary>
internal interface IWorkbench : ISite
{
    /// <summary>CSS of a line in its editor.</summary>
    string Lines { get; }

    /// <summary>All that a browser and its servers exchange passes these.</summary>
    IReadOnlyList<Relay> Relays { get; }

    /// <summary>The process that its others descend from.</summary>
    int Process { get; }

    /// <summary>Those that are there for one REPL alone.</summary>
    IEnumerable<int> OwnProcesses();

    /// <summary>Done once, before anything is measured.</summary>
    Task PrepareAsync(MeasuringBrowser browser);
}
