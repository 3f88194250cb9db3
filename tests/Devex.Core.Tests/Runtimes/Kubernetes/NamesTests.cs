using CsCheck;
using Devex.Contracts;
using Devex.Core.Runtimes;
using Devex.Core.Runtimes.Kubernetes.Objects;
using k8s.Models;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

public sealed class NamesTests
{
    private static readonly Gen<ReplId> Ids = Gen.Char["0123456789abcdefghjkmnpqrstvwxyz"].Array[12].Select(text => ReplId.Parse(new string(text)));
    private static readonly Gen<UserId> Users = Gen.Select(Gen.Char["abcdefghijklmnopqrstuvwxyz"].Array[1, 8], Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789"].Array[1, 32])
        .Select((provider, id) => $"{new string(provider)}-{new string(id)}").Where(text => UserId.TryParse(text, out _)).Select(text => UserId.Parse(text));

    private static readonly Gen<RuntimeSession> Sessions = Gen.Select(Users, Ids, Gen.Char["0123456789abcdefghjkmnpqrstvwxyz"].Array[10])
        .Select((owner, id, session) => new RuntimeSession(owner, id, new string(session)));

    [Fact]
    public void Names_are_labels_of_DNS_and_no_two_REPLs_share_one() => Gen.Select(Ids, Ids).Sample((one, other) =>
    {
        Assert.Matches("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", SessionNames.Of(one));
        Assert.Equal(one == other, SessionNames.Of(one) == SessionNames.Of(other));
    });

    [Fact]
    public void Labels_are_valid_and_tell_the_session_back() => Sessions.Sample(session =>
    {
        var labels = SessionNames.Labels(session);
        Assert.All(labels, label => Assert.Matches("^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", label.Value));
        Assert.Equal(session, SessionNames.Read(new V1Pod { Metadata = new V1ObjectMeta { Labels = labels } }));
    });

    [Fact]
    public void The_selector_of_a_session_matches_no_other_session_of_the_same_REPL() => Gen.Select(Sessions, Sessions).Sample((one, other) =>
    {
        var another = other with { Id = one.Id, Owner = one.Owner };
        var matches = SessionNames.Pods(one).All(wanted => SessionNames.Labels(another)[wanted.Key] == wanted.Value);
        Assert.Equal(one.Session == another.Session, matches);
    });

    [Fact]
    public void An_object_that_was_not_made_here_is_of_no_session() =>
        Assert.All(
            [null, new() { ["devex.dev/repl"] = "7k2m9xq4v8bt" }, new Dictionary<string, string> { ["devex.dev/repl"] = "UPPER", ["devex.dev/owner"] = "github-1", ["devex.dev/session"] = "s" }],
            labels => Assert.Null(SessionNames.Read(new V1Pod { Metadata = new V1ObjectMeta { Labels = labels } })));
}
