using Devex.Testing;
using Devex.Testing.Services;
using Microsoft.Playwright;
using Xunit;

namespace Devex.Browser.Tests;

/// <summary>
/// The product over HTTPS on names that are not localhost, where browsers make no exceptions: Secure cookies, mixed content, sites and
/// partitioned cookies are as in the world. Beside Node.js it has a template whose tool no machine has: <see cref="MissingTool"/>.
/// </summary>
public sealed class SecureStack : IAsyncLifetime
{
    public const string MissingTool = "cobol-85";

    private readonly TempFolder _folder = new("dvx-");
    private readonly TlsCertificate _certificate = new("devex-ide.test", "*.repl.devex-run.test", "*.preview.devex-run.test");
    private ServiceStack? _services;

    public StackNames Names { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var (web, gateway) = (FreePort.Next(), FreePort.Next());
        Names = new(
            new($"https://devex-ide.test:{web}"), new($"https://repl.devex-run.test:{gateway}"), new($"https://preview.devex-run.test:{gateway}"),
            _certificate.Path);
        Directory.CreateDirectory(_folder["bin"]);
        CopyTemplate("node", text => text);
        CopyTemplate("cobol", text => text.Replace("\"name\": \"Node.js\"", "\"name\": \"COBOL\"", StringComparison.Ordinal)
            .Replace("[\"node\"]", $"[\"{MissingTool}\"]", StringComparison.Ordinal));
        _services = await ServiceStack.StartAsync(Names, web: true, new Dictionary<string, string?>
        {
            ["Templates__Folder"] = _folder["templates"],
            ["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:{_folder["bin"]}",
        });
    }

    /// <summary>A browser that finds the names on loopback and trusts the certificate.</summary>
    public Task<IBrowser> LaunchAsync(Chromium chromium) => chromium.LaunchAsync(
        "--host-resolver-rules=MAP devex-ide.test 127.0.0.1, MAP *.devex-run.test 127.0.0.1", $"--ignore-certificate-errors-spki-list={_certificate.KeyHash}");

    /// <summary>The operator installs <see cref="MissingTool"/> while the product runs.</summary>
    public void Install()
    {
        var file = _folder[$"bin/{MissingTool}"];
        File.WriteAllText(file, "#!/bin/sh\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        _certificate.Dispose();
        _folder.Dispose();
    }

    private void CopyTemplate(string key, Func<string, string> edit)
    {
        var from = Path.Combine(BuiltProgram.RepositoryRoot, "templates", "node");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_folder["templates"], key, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (Path.GetFileName(file) == "template.json")
                File.WriteAllText(to, edit(File.ReadAllText(file)));
            else
                File.Copy(file, to);
        }
    }
}
