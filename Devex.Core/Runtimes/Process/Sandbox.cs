namespace Devex.Core.Runtimes.Process;

/// <summary>What this machine offers to keep sessions apart, as found and then as probed.</summary>
internal enum Sandbox
{
    /// <summary>Sessions are ordinary processes of Core's own user.</summary>
    None,

    /// <summary>Isolated, with loopback only.</summary>
    WithoutNetwork,

    /// <summary>Isolated, with the public internet.</summary>
    Full,
}
