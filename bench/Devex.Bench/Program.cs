using Devex.Bench.Snapshots;

return args switch
{
    ["snapshots", ..] => await SnapshotBench.RunAsync(args is [_, var runner] ? runner : null),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Devex.Bench snapshots [RUNNER]   save and restore of 2,600 small files against the embedded S3");
    return 2;
}
