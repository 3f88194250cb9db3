using Devex.Runner.Restoring;
using Devex.Runner.Saving;

return args switch
{
    ["restore", ..] => await RestoreCommand.RunAsync(args[1..], CancellationToken.None),
    ["save", ..] => await SaveCommand.RunAsync(args[1..], CancellationToken.None),
    _ => 2,
};
