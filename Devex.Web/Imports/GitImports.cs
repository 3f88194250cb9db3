using System.Text.Json;
using Devex.Contracts.Api;
using Devex.Web.CoreApi;
using Microsoft.AspNetCore.Components.Authorization;

namespace Devex.Web.Imports;

/// <summary>What pages ask Core about public repositories, as the user of the circuit.</summary>
internal sealed class GitImports(CoreHttp http, AuthenticationStateProvider authentication)
{
    /// <summary>What an import would fetch.</summary>
    public async Task<GitOffer> LookAsync(LookAtGit request, CancellationToken cancellationToken) => await http.SendPatientlyAsync(
        (await authentication.GetAuthenticationStateAsync()).User, HttpMethod.Post, "/api/imports/git/look",
        JsonContent.Create(request, HistoryJson.Default.LookAtGit), HistoryJson.Default.GitOffer, cancellationToken);

    /// <summary>Imports; cancelling ends it at Core too.</summary>
    /// <exception cref="CoreProblemException">It was refused, or failed.</exception>
    public async Task<Repl> ImportAsync(ImportGit request, Func<GitImportProgress, Task> progress, CancellationToken cancellationToken)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        await foreach (var line in http.PostLinesAsync(user, "/api/imports/git", JsonContent.Create(request, HistoryJson.Default.ImportGit), cancellationToken))
        {
            switch (JsonSerializer.Deserialize(line, HistoryJson.Default.GitImportEvent))
            {
                case GitImportProgress step:
                    await progress(step);
                    break;
                case GitImported imported:
                    return imported.Repl;
                case GitImportFailed failed:
                    throw new CoreProblemException(System.Net.HttpStatusCode.BadRequest, failed.Code, failed.Detail);
            }
        }
        throw new HttpRequestException("Core broke off.");
    }
}
