using Devex.Bench.Snapshots;
using Devex.Bench.Terminals;

return args switch
{
    ["snapshots", ..] => await SnapshotBench.RunAsync(args is [_, var runner] ? runner : null),
    ["terminals", ..] => await TerminalBench.RunAsync(args is [_, var runner] ? runner : null),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Devex.Bench snapshots [RUNNER]   save and restore of 2,600 small files against the embedded S3");
    Console.Error.WriteLine("       Devex.Bench terminals [RUNNER]   throughput and echo latency against the kernel's own pseudo-terminal");
    return 2;
}
