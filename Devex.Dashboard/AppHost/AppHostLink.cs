using System.Collections.Concurrent;
using System.Text.Json;
using Devex.Dashboard.Access;
using Devex.Dashboard.Consoles;
using Devex.Hosting.Dashboard;

namespace Devex.Dashboard.AppHost;

/// <summary>What can be asked of the AppHost.</summary>
internal interface IAppHost
{
    Task<AnswerMessage> ExecuteAsync(string resource, string command);

    Task<AnswerMessage> GiveAsync(string parameter, string value, bool keep);
}

/// <summary>The line to the AppHost: standard input tells what is, standard output asks. At the end of the input the AppHost is gone, and so are we.</summary>
internal sealed class AppHostLink(ResourceStore resources, ConsoleStore consoles, DashboardOptions options, IHostApplicationLifetime lifetime) : IHostedService, IAppHost
{
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();

    private readonly ConcurrentDictionary<int, TaskCompletionSource<AnswerMessage>> _asked = new();
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Lock _writing = new();
    private int _lastId;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Reading standard input blocks its thread, so it has one.
        new Thread(Read) { IsBackground = true, Name = "apphost" }.Start();
        lifetime.ApplicationStarted.Register(() => Write(new ListeningMessage(options.Port)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<AnswerMessage> ExecuteAsync(string resource, string command) => AskAsync(id => new CommandMessage(id, resource, command));

    public Task<AnswerMessage> GiveAsync(string parameter, string value, bool keep) => AskAsync(id => new GiveMessage(id, parameter, value, keep));

    private Task<AnswerMessage> AskAsync(Func<int, DashboardMessage> message)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Write(message(id));
        return answer.Task;
    }

    private void Write(DashboardMessage message)
    {
        lock (_writing)
        {
            _output.Write(JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.DashboardMessage));
            _output.Write(EndOfLine);
            _output.Flush();
        }
    }

    private void Read()
    {
        using var reader = new StreamReader(Console.OpenStandardInput());
        while (reader.ReadLine() is { } line)
        {
            switch (JsonSerializer.Deserialize(line, MessageJson.Default.HostMessage))
            {
                case ResourceMessage { Resource: { } resource }:
                    resources.Put(resource);
                    break;
                case ParametersMessage { Parameters: { } parameters }:
                    resources.Put(parameters);
                    break;
                case LinesMessage { Lines: { } lines }:
                    consoles.Add(lines);
                    break;
                case AnswerMessage answer when _asked.TryRemove(answer.Id, out var waiting):
                    waiting.SetResult(answer);
                    break;
            }
        }

        lifetime.StopApplication();
    }
}

internal static class AppHostFeature
{
    public static void AddAppHostLink(this IServiceCollection services)
    {
        services.AddSingleton<AppHostLink>();
        services.AddSingleton<IAppHost>(provider => provider.GetRequiredService<AppHostLink>());
        services.AddHostedService(provider => provider.GetRequiredService<AppHostLink>());
    }
}
