using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Ports;

/// <summary>A TCP port as a path names it: 1 to 5 ASCII digits, no leading zero, 1 to 65535.</summary>
internal static class PortNumber
{
    /// <exception cref="SessionException">400: it is anything else.</exception>
    public static int Parse(string text)
    {
        var port = 0;
        if (text.Length is 0 or > 5 || text[0] == '0')
            throw Bad();
        foreach (var digit in text)
            port = char.IsAsciiDigit(digit) ? (port * 10) + (digit - '0') : throw Bad();
        return port <= ushort.MaxValue ? port : throw Bad();
    }

    private static SessionException Bad() => new(ErrorCodes.BadPath, "ports.number", "A port is a number from 1 to 65535.");
}
