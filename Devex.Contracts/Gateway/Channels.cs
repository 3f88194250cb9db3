namespace Devex.Contracts.Gateway;

/// <summary>Redis pub/sub channels shared by Core, Gateway and Web.</summary>
public static class Channels
{
    /// <summary>The message is a REPL's id: forget its cached location.</summary>
    public const string Locations = "devex:locations";

    /// <summary>The message is a user's id: something of theirs changed (Core fans out to <c>/api/events</c>).</summary>
    public const string Events = "devex:events";
}
