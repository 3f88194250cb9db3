namespace Devex.Bench.Browsers;

/// <summary>Something in a browser with a terminal, and the program that serves it.</summary>
internal interface ISite : IAsyncDisposable
{
    string Name { get; }

    Uri Address { get; }

    /// <summary>What a browser has to know of the person who visits; null for nothing.</summary>
    string? State { get; }

    /// <summary>Where its shells keep what is theirs alone, as a shell writes it; gone when the site is.</summary>
    string Folder { get; }

    /// <summary>Gives the keyboard to a terminal that shows.</summary>
    Task ToTerminalAsync(MeasuredPage page);
}
