namespace Devex.Testing;

/// <summary>Debian's Chromium, with everything off that would speak to the outside.</summary>
public static class ChromiumProgram
{
    public static string Path => Environment.GetEnvironmentVariable("DEVEX_CHROMIUM") ?? "/usr/bin/chromium";

    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--no-pings",
    ];
}
