namespace Devex.Core.Sessions;

/// <summary>Another reconciler has this session now; whoever gets this leaves everything as it is.</summary>
internal sealed class LeaseLostException() : Exception("Another replica has taken this session over.");
