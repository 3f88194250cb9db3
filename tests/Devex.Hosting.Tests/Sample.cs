using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Devex.Hosting.Tests;

/// <summary>An application under test with a data folder of its own, whose console is recorded.</summary>
internal sealed class Sample : IDisposable
{
    private readonly TempFolder _folder = new("devex-hosting-");

    public Sample(params string[] args)
    {
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--Devex:DataFolder=" + Data, "--environment=Development", .. args],
            ProjectDirectory = _folder.Path,
        });
        Builder.Services.AddSingleton<IAppConsole>(Console);
    }

    public IDistributedApplicationBuilder Builder { get; }

    public RecordedConsole Console { get; } = new();

    public string Data => _folder["data"];

    /// <summary>A folder for the sample's own files.</summary>
    public string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();

    /// <summary>A shell script as a resource, run by <c>sh -c</c>.</summary>
    public IResourceBuilder<ExecutableResource> AddScript(string name, string script) => Builder.AddExecutable(name, "sh", ".", "-c", script);

    internal sealed class Project : IProjectMetadata
    {
        public string ProjectPath => "/nowhere/Sample/Sample.csproj";

        public LaunchSettings LaunchSettings => new()
        {
            Profiles =
            {
                ["IIS"] = new() { CommandName = "IISExpress" },
                ["http"] = new()
                {
                    CommandName = "Project",
                    ApplicationUrl = "http://localhost:5210",
                    EnvironmentVariables = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["FROM_PROFILE"] = "1" },
                },
                ["other"] = new() { CommandName = "Project", ApplicationUrl = "https://localhost:7001;http://localhost:5001" },
            },
        };
    }
}

/// <summary>Keeps what was said, and wakes up who waits for something to be said.</summary>
internal sealed class RecordedConsole : IAppConsole
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public void Names(IEnumerable<string> names)
    {
    }

    public void Line(string name, string line) => Add($"{name}> {line}");

    public void Say(string name, string text) => Add($"{name}: {text}");

    public void Warn(string name, string text) => Add($"{name}! {text}");

    public void Say(string text) => Add(text);

    /// <summary>Waits until the text was said so many times.</summary>
    public async Task WaitForAsync(string text, int times = 1)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times)
                {
                    return;
                }

                more = _more.Task;
            }

            await more.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
    }

    private void Add(string line)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _lines.Add(line);
            (more, _more) = (_more, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
    }
}
