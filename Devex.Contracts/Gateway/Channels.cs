namespace Devex.Contracts.Gateway;

/// <summary>Redis pub/sub channels shared by Core, Gateway and Web.</summary>
public static class Channels
{
    /// <summary>The message is a REPL's id: forget its cached location.</summary>
    public const string Locations = "devex:locations";

    /// <summary>Between Core's replicas: which REPL changed, as JSON; each replica tells its own readers of <c>/api/events</c>.</summary>
    public const string Events = "devex:events";
}
