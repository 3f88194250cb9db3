using System.Text.Json;

namespace Devex.Web.Workbench;

/// <summary>
/// The modules that a workbench's page imports before it does anything, all of them: a browser that is told their names asks for them at once, and else finds one in another, a
/// round trip after it. The build of the workbench writes them down (<c>Client/build.mjs</c>).
/// </summary>
internal sealed class FirstModules(IWebHostEnvironment environment)
{
    private const string List = "workbench/first.json";

    private volatile Known _known = new(DateTimeOffset.MinValue, []);

    /// <summary>Paths below the root of static files, those that begin first first. Read anew where the workbench was built anew meanwhile.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            var file = environment.WebRootFileProvider.GetFileInfo(List);
            var known = _known;
            if (known.At == file.LastModified || !file.Exists)
                return known.Paths;
            using var stream = file.CreateReadStream();
            return (_known = new Known(file.LastModified, JsonSerializer.Deserialize(stream, WorkbenchJson.Default.StringArray) ?? [])).Paths;
        }
    }

    private sealed record Known(DateTimeOffset At, IReadOnlyList<string> Paths);
}
