using System.Text.RegularExpressions;
using Devex.Contracts;
using Devex.Runner.Access;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Access;

public sealed partial class AccessTableTests
{
    [Fact]
    public void Every_method_of_the_protocol_has_the_role_that_it_says()
    {
        var text = File.ReadAllText(Path.Combine(BuiltProgram.RepositoryRoot, "docs", "protocol.md"));
        var described = Method().Matches(text).ToDictionary(row => row.Groups[1].Value, row => Enum.Parse<Role>(row.Groups[2].Value, ignoreCase: true));
        Assert.NotEmpty(described);
        Assert.Equal(described.OrderBy(e => e.Key), MethodAccess.All.Select(e => KeyValuePair.Create(e.Key, e.Value.Least)).OrderBy(e => e.Key));
    }

    [Fact]
    public void Every_method_that_changes_files_is_refused_while_frozen()
    {
        var changing = MethodAccess.All.Where(entry => !entry.Value.WhenFrozen).Select(entry => entry.Key).Order();
        Assert.Equal(
            [
                "documents.push", "files.copy", "files.create", "files.delete", "files.rename", "files.write", "git.abort", "git.addRemote", "git.commit",
                "git.continue", "git.discard", "git.fetch", "git.init", "git.pull", "git.push", "git.stage", "git.switch", "git.unstage", "run.start", "search.replace", "terminals.open",
            ],
            changing);
    }

    [Fact]
    public void Only_the_sign_of_life_is_open_to_everyone()
    {
        Assert.Equal([Route.Alive], Route.All.Where(route => route.Credential == Credential.None));
        Assert.Equal([Route.Downloads], Route.All.Where(route => route.Credential == Credential.Code));
        Assert.Equal([Route.Alive, Route.Control, Route.Status], Route.All.Where(route => route.BeforeControl));
    }

    [Fact]
    public void The_runner_builds_on_Contracts_and_Snapshots_alone()
    {
        var ours = typeof(Route).Assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Devex.", StringComparison.Ordinal));
        Assert.Subset(new HashSet<string> { "Devex.Contracts", "Devex.Snapshots" }, ours.ToHashSet());
        var project = File.ReadAllText(Path.Combine(BuiltProgram.RepositoryRoot, "Devex.Runner", "Devex.Runner.csproj"));
        Assert.Equal(["Devex.Contracts", "Devex.Snapshots"], Reference().Matches(project).Select(match => match.Groups[1].Value).Order());
        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| `([a-z]+\.[A-Za-z]+)` \| (viewer|editor|owner) \|", RegexOptions.Multiline)]
    private static partial Regex Method();

    [GeneratedRegex(@"ProjectReference Include=""\.\./([A-Za-z.]+)/")]
    private static partial Regex Reference();
}
