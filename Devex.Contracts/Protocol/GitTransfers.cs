using System.Text.Json.Serialization;

namespace Devex.Contracts.Protocol;

/// <summary>Parameters of <c>git.pull</c>.</summary>
/// <param name="How">How commits of both sides are brought together; null: as git is configured here.</param>
public sealed record GitPull(GitReconcile? How = null);

/// <summary>How commits of both sides are brought together.</summary>
public enum GitReconcile
{
    /// <summary>By a commit that has both before it.</summary>
    [JsonStringEnumMemberName("merge")] Merge,

    /// <summary>One's own are made again after those of the remote.</summary>
    [JsonStringEnumMemberName("rebase")] Rebase,
}

/// <summary>Parameters of <c>git.push</c>.</summary>
/// <param name="Publish">A remote: the branch is made there under its name and follows it from then on. Null where it follows one already.</param>
public sealed record GitPush(string? Publish = null);

/// <summary>Parameters of <c>git.addRemote</c>.</summary>
/// <param name="Name">Letters, digits and <c>._-</c>; at most 100.</param>
/// <param name="Url">An address or a path, without a password in it; at most 1000 characters.</param>
public sealed record GitRemote(string Name, string Url);

/// <summary>What is done with a remote.</summary>
public enum GitOperation
{
    /// <summary>Its commits are brought here.</summary>
    [JsonStringEnumMemberName("fetch")] Fetch,

    /// <summary>Its commits are brought here and into the branch.</summary>
    [JsonStringEnumMemberName("pull")] Pull,

    /// <summary>The branch's commits are brought there.</summary>
    [JsonStringEnumMemberName("push")] Push,
}

/// <summary>Notification <c>git.progress</c>.</summary>
/// <param name="Text">What git does, in its words.</param>
/// <param name="Percent">How far it is, 0 to 100.</param>
public sealed record GitProgress(string Text, int Percent);

/// <summary>Notification <c>git.credentialAsked</c>, to the connection that asked for the operation and to no other.</summary>
/// <param name="Ask">Names the question in the answer.</param>
/// <param name="Operation">What it is for.</param>
/// <param name="Host">Who wants it, with the port where it is not 443.</param>
/// <param name="Path">The repository there.</param>
/// <param name="Username">As the remote's address has it.</param>
public sealed record GitCredentialAsked(string Ask, GitOperation Operation, string Host, string Path, string? Username);

/// <summary>Parameters of <c>git.credential</c>: the answer. Without a password the operation ends.</summary>
/// <param name="Ask">Of the question.</param>
/// <param name="Username">At most 255 characters.</param>
/// <param name="Password">Or token; at most 2000 characters. Kept in memory until the operation ends.</param>
public sealed record GitCredential(string Ask, string? Username = null, string? Password = null)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"GitCredential {{ Ask = {Ask} }}";
}
