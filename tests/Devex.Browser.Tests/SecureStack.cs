using Devex.Testing;
using Devex.Testing.Services;
using Microsoft.Playwright;
using Xunit;

namespace Devex.Browser.Tests;

/// <summary>
/// The product over HTTPS on names that are not localhost, where browsers make no exceptions: Secure cookies, mixed content, sites and
/// partitioned cookies are as in the world.
/// </summary>
public sealed class SecureStack : IAsyncLifetime
{
    private readonly TlsCertificate _certificate = new("devex-ide.test", "*.repl.devex-run.test", "*.preview.devex-run.test");
    private ServiceStack? _services;

    public StackNames Names { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var (web, gateway) = (FreePort.Next(), FreePort.Next());
        Names = new(
            new($"https://devex-ide.test:{web}"), new($"https://repl.devex-run.test:{gateway}"), new($"https://preview.devex-run.test:{gateway}"),
            _certificate.Path);
        _services = await ServiceStack.StartAsync(Names, web: true);
    }

    /// <summary>A browser that finds the names on loopback and trusts the certificate.</summary>
    public Task<IBrowser> LaunchAsync(Chromium chromium) => chromium.LaunchAsync(
        "--host-resolver-rules=MAP devex-ide.test 127.0.0.1, MAP *.devex-run.test 127.0.0.1", $"--ignore-certificate-errors-spki-list={_certificate.KeyHash}");

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        _certificate.Dispose();
    }
}
