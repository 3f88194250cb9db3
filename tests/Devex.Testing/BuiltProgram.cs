namespace Devex.Testing;

/// <summary>Finds the programs of this repository as the build left them.</summary>
/// <remarks>
/// A test project that starts a sibling program references it so that it is built first, but not linked:
/// <code>&lt;ProjectReference Include="../../Devex.EmbeddedS3/Devex.EmbeddedS3.csproj" ReferenceOutputAssembly="false" /&gt;</code>
/// <see cref="S3Server"/> needs that for Devex.EmbeddedS3, and <see cref="RedisServer"/> for Devex.EmbeddedRedis.
/// </remarks>
public static class BuiltProgram
{
    private const string SolutionFile = "Devex.sln";

    /// <summary>The folder that holds Devex.sln, found by walking up from the tests' own assembly.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The configuration that the tests were built in: Debug or Release.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The executable of <paramref name="project"/>, for example <c>Devex.Core</c>, in the tests' own configuration and framework.</summary>
    /// <exception cref="FileNotFoundException">It was not built: the message says how to reference it.</exception>
    public static string Path(string project)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = System.IO.Path.Combine(RepositoryRoot, project, "bin", Configuration, framework, project);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"{project} is not built ({path}). Add to the test project: "
                + $"<ProjectReference Include=\"../../{project}/{project}.csproj\" ReferenceOutputAssembly=\"false\" />", path);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, SolutionFile))) return folder.FullName;
        }

        throw new InvalidOperationException($"{SolutionFile} is in no folder above {AppContext.BaseDirectory}.");
    }
}
