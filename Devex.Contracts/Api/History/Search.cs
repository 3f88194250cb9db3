using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>What a search sends, one JSON object per line, told apart by <c>type</c>; the last is <see cref="SearchEnd"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SearchedName), "name")]
[JsonDerivedType(typeof(SearchedLine), "line")]
[JsonDerivedType(typeof(SearchEnd), "end")]
public abstract record SearchResult;

/// <summary>A path whose last segment has the text.</summary>
/// <param name="Path">The path.</param>
/// <param name="Kind">What is there.</param>
public sealed record SearchedName(string Path, Protocol.FileKind Kind) : SearchResult;

/// <summary>A line that has the text.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">UTF-16 units into <paramref name="Text"/>, from 0.</param>
/// <param name="Length">UTF-16 units that match.</param>
/// <param name="Text">The line, or at most 240 characters of it around the match.</param>
public sealed record SearchedLine(string Path, int Line, int Column, int Length, string Text) : SearchResult;

/// <summary>How a search ended.</summary>
/// <param name="Files">Files read.</param>
/// <param name="Skipped">Files not read: too large or not text.</param>
/// <param name="Limit">The bound that ended it early: <c>results</c>, <c>bytes</c> or <c>time</c>; null when everything was searched.</param>
public sealed record SearchEnd(int Files, int Skipped, string? Limit) : SearchResult;
