using Devex.Contracts;

namespace Devex.Core.Storage;

/// <summary>
/// Names of Core's keys in Redis. All of it can be made anew from S3 but one-use codes, and data-protection keys, which every Core remembers.
/// Sessions and leases have theirs (<c>session:{id}</c>, <c>lease:{id}</c>) beside the code that uses them.
/// </summary>
internal static class RedisKeys
{
    /// <summary>Set when every REPL of S3 is indexed; absent means that Redis was emptied.</summary>
    public const string IndexComplete = "index:complete";

    /// <summary>Set: <c>{owner}/{id}</c> of every REPL that is to run.</summary>
    public const string Wanted = "repls:wanted";

    public const string IndexLease = "lease:index";

    public const string TrashLease = "lease:trash";

    /// <summary>List: the keys behind cookies, as XML.</summary>
    public const string DataProtection = "data-protection-keys";

    /// <summary>Hash: <c>owner</c>, <c>revision</c>, <c>record</c> (repl.json), <c>name</c> (in lower case).</summary>
    public static string Repl(ReplId id) => $"repl:{id}";

    /// <summary>Hash: ids of the REPLs owned, those about to be made included → Unix ms.</summary>
    public static string Repls(UserId owner) => $"user:{owner}:repls";

    /// <summary>Hash: names in lower case, taken or reserved → <c>{id}|{Unix ms}</c>.</summary>
    public static string Names(UserId owner) => $"user:{owner}:names";

    /// <summary>Hash: ids of deleted REPLs → Unix ms.</summary>
    public static string Trash(UserId owner) => $"user:{owner}:trash";

    /// <summary>Hash: ids of the REPLs that are to run → Unix ms, or <c>{reservation}|{Unix ms}</c>.</summary>
    public static string Running(UserId owner) => $"user:{owner}:running";

    /// <summary>Set: ids of REPLs whose session is in any phase but stopped, wanted or not.</summary>
    public static string Sessions(UserId owner) => $"user:{owner}:sessions";

    /// <summary>Set: ids of others' REPLs that may be shared with this user; the record decides.</summary>
    public static string Shared(UserId member) => $"user:{member}:shared";

    /// <summary>Hash: <c>revision</c>, <c>record</c> (user.json).</summary>
    public static string User(UserId id) => $"user:{id}";

    /// <summary>The newest known snapshot of a REPL without a session.</summary>
    public static string Saved(ReplId id) => $"saved:{id}";

    /// <summary>The first lines of a REPL's default file, with the root they are from.</summary>
    public static string Preview(ReplId id) => $"preview:{id}";

    /// <summary>A preview's one-use code, by its SHA-256.</summary>
    public static string PreviewCode(string hash) => $"preview-code:{hash}";
}
