using System.Security.Cryptography;
using System.Text;
using Devex.Contracts.Snapshots;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Devex.Core.Templates;
using Microsoft.Extensions.Options;

namespace Devex.Core.Snapshots;

/// <summary>
/// Opens incarnations. Each commits the next root with the newest one's content and its own id, which shuts out whoever wrote before: from then on
/// no older writer's parent is the newest.
/// </summary>
internal sealed class Claims(
    RootChain chain, TokenSigner signer, IWriterGrants grants, ISaveAttempts attempts, SpaceAllowance allowance, ITemplates templates,
    IOptions<SnapshotOptions> options)
{
    /// <summary>The incarnation, or why there is none.</summary>
    public async Task<(Claimed? Claimed, IResult? Problem)> ClaimAsync(SessionCaller caller, ClaimRequest request, CancellationToken cancellationToken)
    {
        if (request.Writer is { } writer)
            caller = caller with { Identity = writer };
        var incarnation = Incarnation(caller, request);
        while (await chain.NewestAsync(caller.Owner, caller.Repl, cancellationToken) is { } newest)
        {
            if (newest.Root.Commit == request.ClaimId && newest.Root.Incarnation == incarnation)
                return (await AnswerAsync(caller, request, incarnation, newest, cancellationToken), null);
            if (request.Attempt is null && request.Restored && await attempts.HoldsAsync(caller.Owner, caller.Repl, caller.Session, cancellationToken))
                return (null, SessionProblem.Held());
            switch (await grants.MayClaimAsync(new Writer(caller.Owner, caller.Repl, caller.Session, caller.Identity, request.Attempt), cancellationToken))
            {
                case WriterGrant.Later: return (null, SessionProblem.Held());
                case WriterGrant.Never: return (null, SessionProblem.Superseded(newest.Root));
            }
            var root = newest.Next(request.ClaimId) with
            {
                Session = caller.Session,
                Incarnation = incarnation,
                Attempt = request.Attempt,
                // An attempt on a workspace that was never restored has nothing to save: its claim is its save.
                Claim = request.Attempt is null || request.Restored,
                Restored = request.Restored,
            };
            var appended = await chain.AppendAsync(caller.Owner, root, cancellationToken);
            if (appended.Ours)
                return (await AnswerAsync(caller, request, incarnation, appended.Root, cancellationToken), null);
        }
        return (null, SessionProblem.None());
    }

    private async Task<Claimed> AnswerAsync(
        SessionCaller caller, ClaimRequest request, string incarnation, StoredRoot root, CancellationToken cancellationToken)
    {
        var claims = new Dictionary<string, object>
        {
            ["repl"] = caller.Repl.ToString(),
            ["owner"] = caller.Owner.ToString(),
            ["session"] = caller.Session,
            ["incarnation"] = incarnation,
        };
        if (request.Attempt is { } attempt)
            claims["attempt"] = attempt;
        var token = signer.Sign(Audiences.Incarnation, options.Value.TokenLifetime, claims);
        return new Claimed(
            token, incarnation, root.Root, root.Hash, Excludes(root.Root), await allowance.OfAsync(caller.Owner, caller.Repl, cancellationToken));
    }

    public IReadOnlyList<string> Excludes(SnapshotRoot root) => root.Template is { } key ? templates.Find(key)?.Excludes ?? [] : [];

    /// <summary>The same for the same claim, through whichever Core, and nobody else's.</summary>
    private static string Incarnation(SessionCaller caller, ClaimRequest request) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Repl}\n{caller.Session}\n{caller.Identity}\n{request.ClaimId}")).AsSpan(0, 16));
}
