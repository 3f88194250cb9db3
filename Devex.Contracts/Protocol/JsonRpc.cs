using System.Text.Json;

namespace Devex.Contracts.Protocol;

/// <summary>Any JSON-RPC 2.0 frame. A request has Method and Id, a notification Method alone, an answer Id with Result or Error.</summary>
public sealed record JsonRpcFrame(
    string Jsonrpc, JsonElement? Id = null, string? Method = null, JsonElement? Params = null, JsonElement? Result = null, JsonRpcError? Error = null);

/// <summary>An error. <c>data.reason</c> is a stable key such as <c>files.exists</c>; Message is for people.</summary>
public sealed record JsonRpcError(int Code, string Message, JsonRpcErrorData? Data = null);

/// <summary>Details of an error.</summary>
/// <param name="Reason">Stable key.</param>
/// <param name="Path">The path concerned.</param>
/// <param name="Limit">The limit concerned.</param>
public sealed record JsonRpcErrorData(string Reason, string? Path = null, long? Limit = null);
