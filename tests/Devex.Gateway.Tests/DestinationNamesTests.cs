using CsCheck;
using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Gateway.Tunnels;
using Xunit;

namespace Devex.Gateway.Tests;

public sealed class DestinationNamesTests
{
    private static readonly UserId Owner = UserId.GitHub(1);

    [Fact]
    public void Two_instances_never_share_a_connection_pool() =>
        Gen.Select(Gen.String.AlphaNumeric, Gen.String.AlphaNumeric).Where((a, b) => a != b).Sample((a, b) =>
        {
            var repl = ReplId.Parse("abcdefghjkmn");
            Assert.NotEqual(new Uri(DestinationNames.Port(At(repl, a), 3000)).Host, new Uri(DestinationNames.Port(At(repl, b), 3000)).Host);
        });

    [Fact]
    public void Instances_that_differ_in_case_alone_differ()
    {
        var repl = ReplId.Parse("abcdefghjkmn");
        Assert.NotEqual(DestinationNames.Runner(At(repl, "aaaaaaaaaaaaaaaaaaaaaa")), DestinationNames.Runner(At(repl, "Aaaaaaaaaaaaaaaaaaaaaa")));
    }

    [Fact]
    public void The_port_is_read_back_from_the_name() =>
        Gen.Int[1, 65535].Sample(port => Assert.Equal(port, DestinationNames.PortOf(new Uri(DestinationNames.Port(At(ReplId.New(), "x"), port)).Host)));

    private static SessionLocation At(ReplId repl, string instance) => new(repl, Owner, instance, "unix:/x", "", DateTimeOffset.MaxValue);
}
