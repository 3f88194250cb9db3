using Devex.Contracts;

namespace Devex.Core.Collection;

/// <summary>
/// <c>users/{uid}/condemned/{time}-{random}</c>: objects that no root named when it was written. Written once, and removed with what it names.
/// </summary>
/// <param name="Format">1.</param>
/// <param name="At">UTC; what it names is deleted a reprieve later.</param>
/// <param name="Packs">SHA-256, hex.</param>
/// <param name="Pages">SHA-256, hex.</param>
internal sealed record CondemnedList(int Format, DateTimeOffset At, IReadOnlyList<string> Packs, IReadOnlyList<string> Pages)
{
    public static string Prefix(UserId owner) => $"users/{owner}/condemned/";
}
