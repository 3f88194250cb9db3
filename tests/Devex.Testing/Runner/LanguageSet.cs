using System.Diagnostics;
using System.Security.Cryptography;

namespace Devex.Testing.Runner;

/// <summary>Real language servers from npm, kept in <c>~/.cache/devex</c> under a name made from the lock files that pin them.</summary>
public static class LanguageSet
{
    private static readonly string Sources = Path.Combine(BuiltProgram.RepositoryRoot, "Devex.Core", "Runtimes", "Process", "Languages");

    /// <summary>What <c>Runtime:Process:LanguagesFolder</c> names: below it is a folder for this version of all lock files.</summary>
    public static string Base { get; } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", "languages");

    private static string Key { get; } = Convert.ToHexStringLower(SHA256.HashData(
        [.. Directory.EnumerateDirectories(Sources).Order(StringComparer.Ordinal).SelectMany(set => File.ReadAllBytes(Path.Combine(set, "package-lock.json")))]))[..16];

    /// <summary>Sees to it that sets are there; gives the folder that <c>DEVEX_LANGUAGES</c> names.</summary>
    public static async Task<string> EnsureAsync(params string[] sets)
    {
        var folder = Path.Combine(Base, Key);
        foreach (var set in sets.Where(set => !Directory.Exists(Path.Combine(folder, set, "node_modules"))))
            await FetchAsync(folder, set);
        return folder;
    }

    private static async Task FetchAsync(string folder, string set)
    {
        // Whole or not at all, whoever else fetches it.
        var partial = Path.Combine(Base, $"partial-{Guid.NewGuid():N}");
        Directory.CreateDirectory(partial);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Sources, set)))
            File.Copy(file, Path.Combine(partial, Path.GetFileName(file)));
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = partial,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"The language servers '{set}' could not be fetched: {await errors} {await output}");
        try
        {
            Directory.Move(partial, Path.Combine(folder, set));
        }
        catch (IOException) when (Directory.Exists(Path.Combine(folder, set)))
        {
            Directory.Delete(partial, recursive: true);
        }
    }
}
