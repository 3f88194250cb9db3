using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>What <c>/api/events</c> sends, one JSON object per text frame, told apart by <c>type</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ReplsSnapshot), "snapshot")]
[JsonDerivedType(typeof(ReplChanged), "repl")]
[JsonDerivedType(typeof(ReplRemoved), "removed")]
[JsonDerivedType(typeof(ReplSaved), "saved")]
public abstract record DevexEvent;

/// <summary>The first message of every connection: all REPLs of the reader.</summary>
public sealed record ReplsSnapshot(IReadOnlyList<Repl> Repls) : DevexEvent;

/// <summary>A REPL was made or changed: the whole of it, as the reader sees it.</summary>
public sealed record ReplChanged(Repl Repl) : DevexEvent;

/// <summary>The reader has no access any more: deleted or unshared.</summary>
public sealed record ReplRemoved(ReplId Id) : DevexEvent;

/// <summary>A snapshot was committed.</summary>
public sealed record ReplSaved(ReplId Id, SavedState Saved) : DevexEvent;
