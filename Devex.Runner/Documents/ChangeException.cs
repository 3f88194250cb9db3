namespace Devex.Runner.Documents;

/// <summary>A change set that is malformed or does not fit; the message is for the client that sent it.</summary>
internal sealed class ChangeException(string message) : Exception(message);
