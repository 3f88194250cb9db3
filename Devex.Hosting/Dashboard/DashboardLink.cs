using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Parameters;

namespace Devex.Hosting.Dashboard;

/// <summary>
/// Tells one dashboard process everything there is, then what changes, in batches. What it is slow to read is not queued: each batch is
/// made of what is true, and kept, when it is written.
/// </summary>
internal sealed class DashboardLink(
    IReadOnlyCollection<IResource> processes, ResourceNotificationService notifications, ConsoleLog log, AskedParameters parameters,
    ResourceCommandService commands, Action<int> onListening, TimeProvider time)
{
    private const int LinesPerMessage = 500;
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();

    private readonly ConcurrentDictionary<string, bool> _changed = new();
    private readonly ConcurrentQueue<AnswerMessage> _answers = new();
    private readonly Channel<bool> _something = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _lastLine;
    private int _parameters;

    /// <summary>Writes until the process ends or the cancellation.</summary>
    public async Task TellAsync(Stream input, CancellationToken cancellation)
    {
        notifications.Changed += OnChanged;
        log.Added += Signal;
        parameters.Changed += OnParameters;
        _parameters = 1;
        foreach (var resource in processes)
        {
            _changed[resource.Name] = true;
        }

        try
        {
            while (true)
            {
                await TellChangesAsync(input, cancellation);
                await Task.Delay(Batch, time, cancellation);
                await _something.Reader.ReadAsync(cancellation);
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The dashboard ended, or the application does.
        }
        finally
        {
            notifications.Changed -= OnChanged;
            log.Added -= Signal;
            parameters.Changed -= OnParameters;
        }
    }

    /// <summary>Takes one line that the dashboard wrote.</summary>
    public void Hear(string line, CancellationToken cancellation)
    {
        DashboardMessage? message;
        try
        {
            message = JsonSerializer.Deserialize(line, MessageJson.Default.DashboardMessage);
        }
        catch (JsonException)
        {
            // Something in the dashboard wrote to standard output: not for us.
            return;
        }

        switch (message)
        {
            case ListeningMessage listening:
                onListening(listening.Port);
                break;
            case CommandMessage command:
                _ = ExecuteAsync(command, cancellation);
                break;
            case GiveMessage give:
                Answer(new(give.Id, parameters.Give(give.Parameter, give.Value, give.Keep), null));
                break;
        }
    }

    private async Task ExecuteAsync(CommandMessage command, CancellationToken cancellation)
    {
        var result = await commands.ExecuteCommandAsync(command.Resource, command.Command, cancellation);
        Answer(new(command.Id, result.Success, result.Canceled ? "Cancelled." : result.Message));
    }

    private async Task TellChangesAsync(Stream input, CancellationToken cancellation)
    {
        foreach (var resource in processes.Where(resource => _changed.TryRemove(resource.Name, out _)))
        {
            var state = notifications.TryGetCurrentState(resource.Name, out var known) ? known.Snapshot : null;
            await WriteAsync(input, new ResourceMessage(ResourceView.Of(resource, state)), cancellation);
        }

        if (Interlocked.Exchange(ref _parameters, 0) == 1)
        {
            await WriteAsync(input, new ParametersMessage(parameters.All()), cancellation);
        }

        while (_answers.TryDequeue(out var answer))
        {
            await WriteAsync(input, answer, cancellation);
        }

        foreach (var lines in log.After(_lastLine).Chunk(LinesPerMessage))
        {
            await WriteAsync(input, new LinesMessage(lines), cancellation);
            _lastLine = lines[^1].Number;
        }

        await input.FlushAsync(cancellation);
    }

    private static async Task WriteAsync(Stream input, HostMessage message, CancellationToken cancellation)
    {
        await input.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.HostMessage), cancellation);
        await input.WriteAsync(EndOfLine, cancellation);
    }

    private void Answer(AnswerMessage answer)
    {
        _answers.Enqueue(answer);
        Signal();
    }

    private void OnChanged(string resource)
    {
        _changed[resource] = true;
        Signal();
    }

    private void OnParameters()
    {
        Interlocked.Exchange(ref _parameters, 1);
        Signal();
    }

    private void Signal() => _something.Writer.TryWrite(true);
}
