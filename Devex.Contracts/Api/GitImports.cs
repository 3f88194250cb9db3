using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>Asks what a public Git repository is, before anybody consents to import it.</summary>
/// <param name="Url"><c>https://</c> address, without credentials.</param>
/// <param name="Branch">Branch or tag; null for the repository's own default.</param>
public sealed record LookAtGit(string Url, string? Branch = null);

/// <summary>What an import would fetch.</summary>
/// <param name="Url">Where it really is, redirects followed.</param>
/// <param name="Name">After its address; what the REPL is called by default.</param>
/// <param name="Branch">Branch or tag.</param>
/// <param name="Commit">Its newest commit, hex: the only one that is fetched.</param>
/// <param name="Files">Files in it; null when the server tells only by sending everything.</param>
/// <param name="Template">Key of the template that its files tell of; null as above, and then it is found when it is imported.</param>
public sealed record GitOffer(string Url, string Name, string Branch, string Commit, int? Files, string? Template);

/// <summary>Imports a public Git repository: its newest commit, with a <c>.git</c> whose origin is the address.</summary>
/// <param name="Url">As for <see cref="LookAtGit"/>.</param>
/// <param name="Branch">As for <see cref="LookAtGit"/>.</param>
/// <param name="Template">Key; null takes the one that the files tell of.</param>
/// <param name="Name">As for <see cref="CreateRepl"/>; null takes a free name after the repository's.</param>
public sealed record ImportGit(string Url, string? Branch = null, string? Template = null, string? Name = null);

/// <summary>What an import sends while it goes on, one JSON object per line, told apart by <c>type</c>; the last is never a <see cref="GitImportProgress"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(GitImportProgress), "progress")]
[JsonDerivedType(typeof(GitImported), "imported")]
[JsonDerivedType(typeof(GitImportFailed), "failed")]
public abstract record GitImportEvent;

/// <summary>How far it is.</summary>
/// <param name="Stage">What is done now.</param>
/// <param name="Percent">Of this stage.</param>
public sealed record GitImportProgress(GitImportStage Stage, int Percent) : GitImportEvent;

/// <summary>The REPL that was made.</summary>
public sealed record GitImported(Repl Repl) : GitImportEvent;

/// <summary>Nothing was made.</summary>
/// <param name="Code">As in problem details.</param>
/// <param name="Detail">What is wrong and what to do, for people.</param>
public sealed record GitImportFailed(string Code, string Detail) : GitImportEvent;

/// <summary>Parts of an import, in order.</summary>
public enum GitImportStage
{
    /// <summary>The repository sends its newest commit.</summary>
    Fetching,

    /// <summary>What came is checked and unpacked.</summary>
    Checking,

    /// <summary>Its files are packed for S3.</summary>
    Packing,
}
