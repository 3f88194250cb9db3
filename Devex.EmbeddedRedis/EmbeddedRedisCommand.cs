using System.Runtime.InteropServices;
using Garnet;

namespace Devex.EmbeddedRedis;

/// <summary>Garnet as a server of its own: on loopback, with a password, keeping what it acknowledged a second ago.</summary>
internal static class EmbeddedRedisCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        EmbeddedRedisOptions options;
        try
        {
            options = EmbeddedRedisOptions.Parse(args, Environment.GetEnvironmentVariable);
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong.Message}\nUsage: {EmbeddedRedisOptions.Usage}");
            return 2;
        }

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }

        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

        Directory.CreateDirectory(options.Data);
        try
        {
            using var server = Start(options);
            await Console.Out.WriteLineAsync($"Ready on 127.0.0.1:{options.Port}, data in {options.Data}");
            await stop.Task;
            await server.Store.CommitAOFAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync($"Redis on 127.0.0.1:{options.Port} failed: {failure.Message}");
            return 1;
        }

        await Console.Out.WriteLineAsync("Stopped, everything committed");
        return 0;
    }

    /// <summary>Starts without Garnet's coloured banner, which would fill a screen of the AppHost's console. Its log is not affected.</summary>
    private static GarnetServer Start(EmbeddedRedisOptions options)
    {
        var output = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            var server = new GarnetServer(options.ToGarnet());
            server.Start();
            return server;
        }
        finally
        {
            Console.SetOut(output);
        }
    }
}
