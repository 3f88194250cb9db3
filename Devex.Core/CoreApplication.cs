using Devex.Core.Access;
using Devex.Core.Accounts;
using Devex.Core.Collection;
using Devex.Core.Copies;
using Devex.Core.Environments;
using Devex.Core.Errors;
using Devex.Core.Events;
using Devex.Core.Gateway;
using Devex.Core.GitCredentials;
using Devex.Core.History;
using Devex.Core.Identity;
using Devex.Core.Imports;
using Devex.Core.Keys;
using Devex.Core.OpenApi;
using Devex.Core.Operators;
using Devex.Core.Previews;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions;
using Devex.Core.Settings;
using Devex.Core.Sharing;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Templates;
using Devex.Core.Trash;
using Devex.ServiceDefaults;

namespace Devex.Core;

/// <summary>Core put together. What runs sessions and keeps files is one part that tests of the control plane replace.</summary>
internal static class CoreApplication
{
    /// <param name="args">Of the program.</param>
    /// <param name="engine">Adds <see cref="ITemplates"/>, <see cref="ISnapshots"/> and <see cref="ISessions"/> instead of Core's own.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? engine = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddErrors();
        builder.AddListeners();
        builder.AddKeys();
        builder.AddStorage();
        builder.AddIdentity();
        builder.AddRepls();
        builder.AddEnvironments();
        builder.AddGitCredentials();
        builder.AddSessionRecords();
        builder.AddOperators();
        builder.AddTrash();
        builder.AddEvents();
        builder.AddPreviews();
        builder.AddApiDocument();
        builder.AddCollection();
        (engine ?? AddEngine)(builder);
        builder.AddHistory();
        builder.AddImports();
        builder.AddCopies();
        builder.AddAccounts();

        var app = builder.Build();
        // Inside the developer exception page, which would otherwise answer 500 for every problem in Development.
        app.UseExceptionHandler();
        app.UseListeners();
        app.UseWebSockets();
        app.UseMiddleware<PeerAssertion>();
        app.UseAuthentication();
        app.UseMiddleware<RouteGuard>();
        app.MapDefaultEndpoints();
        app.MapIdentity();
        app.MapRepls();
        app.MapSharing();
        app.MapEnvironments();
        app.MapGitCredentials();
        app.MapSettings();
        app.MapOperators();
        app.MapHistory();
        app.MapCollection();
        app.MapImports();
        app.MapCopies();
        app.MapAccounts();
        app.MapEvents();
        app.MapGateway();
        app.MapPreviews();
        app.MapApiDocument();
        app.MapTemplates();
        app.MapLanguages();
        if (engine is null)
        {
            app.MapSnapshots();
            app.MapSessions();
        }
        return app;
    }

    private static void AddEngine(WebApplicationBuilder builder)
    {
        builder.AddTemplates();
        builder.AddSnapshots();
        builder.AddSessions();
        builder.AddRuntimes();
    }
}
