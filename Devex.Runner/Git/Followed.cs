namespace Devex.Runner.Git;

/// <summary>What a branch follows.</summary>
/// <param name="Remote">The remote's name; <c>.</c> where it is another branch of this repository.</param>
/// <param name="Branch">The full name there.</param>
/// <param name="Tracking">The full name here of what was last seen there; empty where it is kept nowhere.</param>
internal sealed record Followed(string Remote, string Branch, string Tracking)
{
    public bool IsRemote => Remote != ".";
}
