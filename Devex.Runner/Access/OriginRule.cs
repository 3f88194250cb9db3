using Devex.Runner.Control;
using Microsoft.Extensions.Primitives;

namespace Devex.Runner.Access;

/// <summary>Where a request comes from, by its <c>Origin</c> header alone.</summary>
internal enum OriginVerdict
{
    /// <summary>No origin: not a script of another site. The credential decides.</summary>
    None,

    /// <summary>Exactly the Web origin.</summary>
    Web,

    /// <summary>Anything else, <c>null</c> and other spellings of the Web origin included.</summary>
    Foreign,
}

/// <summary>Judges the <c>Origin</c> header. Host and forwarded headers have no say.</summary>
internal static class OriginRule
{
    public static OriginVerdict Judge(StringValues origin, SessionState session) => origin.Count switch
    {
        0 => OriginVerdict.None,
        1 when session.WebOrigin is { } web && string.Equals(origin[0], web, StringComparison.Ordinal) => OriginVerdict.Web,
        _ => OriginVerdict.Foreign,
    };
}
