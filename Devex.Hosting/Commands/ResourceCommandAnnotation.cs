namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that can be done to a resource on demand.</summary>
public sealed class ResourceCommandAnnotation(
    string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions options) : IResourceAnnotation
{
    public string Name => name;

    public string DisplayName => displayName;

    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand => executeCommand;

    public string? DisplayDescription => options.Description;

    public string? ConfirmationMessage => options.ConfirmationMessage;

    public string? IconName => options.IconName;

    public bool IsHighlighted => options.IsHighlighted;
}

/// <summary>How a command is shown.</summary>
public class CommandOptions
{
    public string? Description { get; set; }

    /// <summary>A question to ask before; null asks nothing.</summary>
    public string? ConfirmationMessage { get; set; }

    public string? IconName { get; set; }

    public IconVariant? IconVariant { get; set; }

    public bool IsHighlighted { get; set; }
}
