namespace Devex.Testing;

/// <summary>
/// A variable in a program's environment by which everything that it starts is found again, whatever it detached itself from. For tests of what
/// outlives what; needs /proc, and root for processes of other users.
/// </summary>
public sealed class Marked
{
    private const string Name = "DEVEX_TEST_MARK";

    public string Value { get; } = Guid.NewGuid().ToString("n");

    /// <summary>To be given to the program that is started.</summary>
    public KeyValuePair<string, string?> Variable => new(Name, Value);

    /// <summary>Ids of the marked processes that are alive, with their names: <c>1234 (name)</c>.</summary>
    public IReadOnlyList<string> Alive() =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]) && Has(folder))
            .Select(folder => $"{Path.GetFileName(folder)} ({Read(folder, "comm").Trim()})"),
    ];

    /// <summary>Waits until no marked process is left: a killed one needs a moment to go.</summary>
    /// <exception cref="InvalidOperationException">Some are alive after half a minute; the message names them.</exception>
    public async Task WaitUntilGoneAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (Alive().Count > 0) await tick.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"Still alive: {string.Join(", ", Alive())}.");
        }
    }

    // The environment of a zombie is empty, so that it does not count.
    private bool Has(string folder) => Read(folder, "environ").Split('\0').Contains($"{Name}={Value}");

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
