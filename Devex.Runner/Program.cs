<<<<<<< HEAD
using Devex.Runner.Restoring;
using Devex.Runner.Saving;

return args switch
{
    ["restore", ..] => await RestoreCommand.RunAsync(args[1..], CancellationToken.None),
    ["save", ..] => await SaveCommand.RunAsync(args[1..], CancellationToken.None),
    _ => 2,
};
=======
using Devex.Runner.Serving;

return args switch
{
    ["serve"] => await ServeCommand.RunAsync(CancellationToken.None),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Devex.Runner serve    serves one session; configured by DEVEX_* variables");
    return 2;
}
>>>>>>> main
