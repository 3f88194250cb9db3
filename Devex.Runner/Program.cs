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
