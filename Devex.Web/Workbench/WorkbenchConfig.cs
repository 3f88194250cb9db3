using System.Text.Json.Serialization;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.ServiceDefaults.Hosts;
using Devex.Web.Layout;
using Devex.Web.Security;

namespace Devex.Web.Workbench;

/// <summary>What the TypeScript workbench is mounted with; its peer is <c>Client/src/workbench/config.ts</c>.</summary>
/// <param name="State">As the page was made: a ticket is asked for only where there may be a session.</param>
/// <param name="PreviewOrigin">Origin of previews with <c>{port}</c> left in.</param>
/// <param name="Notice">What the person should know of where this runs, e.g. that it is not isolated.</param>
internal sealed record WorkbenchConfig(
    ReplId ReplId, string Name, string Template, UserSummary Owner, Role Role, ReplState State, string? DefaultFile, string? RunCommand, WorkbenchUser User,
    string ApiBase, string Theme, bool Isolated, string? Notice, string PreviewOrigin, string CspNonce)
{
    public static WorkbenchConfig Of(Repl repl, Me me, HostsOptions hosts, HttpContext context) => new(
        repl.Id, repl.Name, repl.Template, repl.Owner, repl.Role, repl.State, repl.DefaultFile, repl.RunCommand,
        new WorkbenchUser(me.User.Id, me.User.Name), "/api", Themes.Of(context), me.Runtime.Isolated, me.Runtime.Notice,
        hosts.PreviewOrigin(repl.Id.ToString(), 1).Replace("://1-", "://{port}-", StringComparison.Ordinal), context.CspNonce());
}

internal sealed record WorkbenchUser(UserId Id, string Name);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(WorkbenchConfig))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class WorkbenchJson : JsonSerializerContext;
