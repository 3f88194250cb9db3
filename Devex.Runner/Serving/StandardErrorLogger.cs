namespace Devex.Runner.Serving;

/// <summary>Writes warnings and what a runtime wants to know as single lines to standard error, without queue, scopes or colours.</summary>
internal sealed class StandardErrorLogger(string category, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel level) =>
        level >= (category.StartsWith("Devex.", StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning);

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(level))
            return;
        var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception}";
        Console.Error.WriteLine($"{time.GetUtcNow():HH:mm:ss.fff} {level switch
        {
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            LogLevel.Critical => "crit",
            _ => "note",
        }} {category}: {text.ReplaceLineEndings(" | ")}");
    }
}

/// <summary>Makes a <see cref="StandardErrorLogger"/> per category.</summary>
internal sealed class StandardErrorLoggers(TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new StandardErrorLogger(categoryName, time);

    public void Dispose()
    {
    }
}
