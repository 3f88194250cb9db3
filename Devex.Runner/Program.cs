using Devex.Runner.Restoring;
using Devex.Runner.Saving;
using Devex.Runner.Serving;

return args switch
{
    ["serve"] => await ServeCommand.RunAsync(CancellationToken.None),
    ["restore", ..] => await RestoreCommand.RunAsync(args[1..], CancellationToken.None),
    ["save", ..] => await SaveCommand.RunAsync(args[1..], CancellationToken.None),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: Devex.Runner serve               serves one session; configured by DEVEX_* variables
               Devex.Runner restore             writes the newest snapshot to disk
               Devex.Runner save --watch        saves while the session lives
               Devex.Runner save --attempt ID   saves once
        """);
    return 2;
}
