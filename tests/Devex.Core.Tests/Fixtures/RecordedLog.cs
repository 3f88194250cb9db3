using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Devex.Core.Tests.Fixtures;

/// <summary>Keeps what Core's own parts log.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Recorder(_lines, categoryName.StartsWith("Devex.", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Recorder(ConcurrentQueue<string> lines, bool isOurs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs && logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                lines.Enqueue(formatter(state, exception));
        }
    }
}
