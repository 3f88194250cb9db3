using System.Globalization;
using System.Text.RegularExpressions;
using Devex.Testing;

namespace Devex.Hosting.Tests.Compiling;

/// <summary>
/// An AppHost must not build here and fail with Aspire, or the other way round: pieces whose fate with Aspire 13.5.2 is known are compiled against
/// exactly what Devex.AppHost is compiled against.
/// </summary>
[Trait("Tier", "integration")]
public sealed partial class ProbeTests
{
    [Fact]
    public async Task What_Aspire_compiles_compiles_here_and_what_it_rejects_is_rejected_for_the_same_reason()
    {
        using var folder = new TempFolder("devex-probes-");
        var files = Probe.All.Select((probe, number) => (Path: folder[$"probe{number}.cs"], Text: probe.ToFile(number)))
            .Append((folder["common.cs"], Probe.Common)).ToArray();
        foreach (var (path, text) in files)
        {
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        var references = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "apphost-references.txt"), TestContext.Current.CancellationToken);
        await using var compiler = ProgramProcess.Start(
            "dotnet",
            [
                Compiler(), "-nologo", "-noconfig", "-nostdlib", "-target:library", "-nullable:enable", "-langversion:latest", "-warn:0", $"-out:{folder["probes.dll"]}",
                .. references.Select(reference => $"-reference:{reference}"), .. files.Select(file => file.Item1),
            ]);
        await compiler.WaitForExitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        var errors = compiler.Output.Select(line => Error().Match(line)).Where(match => match.Success)
            .ToLookup(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture), match => match.Groups["code"].Value);
        Assert.All(compiler.Output, line => Assert.True(!line.Contains("error", StringComparison.Ordinal) || Error().IsMatch(line), line));
        var wrong = Probe.All.Select((probe, number) => (probe, found: string.Join(' ', errors[number].Distinct())))
            .Where(result => result.found != (result.probe.Error ?? ""))
            .Select(result => $"{result.probe.Code}\n    with Aspire: {result.probe.Error ?? "compiles"}; here: {(result.found.Length == 0 ? "compiles" : result.found)}");
        Assert.True(!wrong.Any(), string.Join('\n', wrong) + "\n" + compiler.OutputText);
    }

    /// <summary>The compiler of the SDK that runs the tests' own build: that of the newest SDK here.</summary>
    private static string Compiler()
    {
        var root = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(object).Assembly.Location)!)!)!)!;
        return Directory.EnumerateDirectories(Path.Combine(root, "sdk")).Order(StringComparer.Ordinal)
            .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Last(File.Exists);
    }

    [GeneratedRegex(@"probe(?<number>\d+)\.cs\(\d+,\d+\): error (?<code>CS\d+)")]
    private static partial Regex Error();
}
