using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;

namespace Devex.Runner.Sessions;

/// <summary>
/// The JSON-RPC methods that are answered. Least roles are in <see cref="MethodAccess.All"/>, and are checked before a handler runs,
/// as is freezing.
/// </summary>
internal sealed class MethodTable
{
    private readonly Dictionary<string, SessionMethod> _methods = new(StringComparer.Ordinal);

    /// <summary>Names that have a handler.</summary>
    public IReadOnlyCollection<string> Names => _methods.Keys;

    /// <summary>
    /// Adds a method. Parameters are checked against <paramref name="parameters"/>: members that are neither nullable nor optional must
    /// be there. The handler answers an error by throwing <see cref="SessionException"/>; its token fires when the client is gone.
    /// </summary>
    /// <param name="name">A key of <see cref="MethodAccess.All"/>.</param>
    /// <param name="parameters">JSON of the parameters, from <c>ProtocolJson.Default</c>.</param>
    /// <param name="result">JSON of the answer.</param>
    /// <param name="handler">Runs on the thread pool, several at once.</param>
    /// <param name="key">What to keep in order: requests of one client with the same key (<c>documents:{id}</c>) run one after
    /// another, in the order they were sent. Null runs at once.</param>
    /// <param name="answered">Runs once the answer is in line, so that notifications that it sends follow the answer.</param>
    public void Add<TParams, TResult>(
        string name, JsonTypeInfo<TParams> parameters, JsonTypeInfo<TResult> result,
        Func<SessionClient, TParams, CancellationToken, Task<TResult>> handler, Func<TParams, string>? key = null,
        Action<SessionClient, TResult>? answered = null)
        where TParams : class
    {
        if (!MethodAccess.All.TryGetValue(name, out var access))
            throw new ArgumentException($"{name} has no entry in the table of roles.", nameof(name));
        var strict = StrictJson.For(parameters);
        _methods.Add(name, new SessionMethod(access, Bind));

        BoundCall Bind(ReadOnlySpan<byte> json)
        {
            var value = Read(json, strict);
            return new BoundCall(
                key?.Invoke(value),
                async (client, id, cancellation) =>
                {
                    var answer = await handler(client, value, cancellation);
                    return new Answer(id is null ? default : Frames.Result(id, answer, result), answered is null ? null : () => answered(client, answer));
                });
        }
    }

    internal bool TryFind(string name, out SessionMethod method) => _methods.TryGetValue(name, out method!);

    private static TParams Read<TParams>(ReadOnlySpan<byte> json, JsonTypeInfo<TParams> type)
        where TParams : class
    {
        try
        {
            return JsonSerializer.Deserialize(json.IsEmpty ? "{}"u8 : json, type) ?? throw new JsonException("Parameters must be an object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new SessionException(ErrorCodes.InvalidParams, "request.params", $"The parameters are not as the method wants them: {Shorten(e.Message)}");
        }
    }

    private static string Shorten(string message) => message.Length <= 200 ? message : message[..200];
}

/// <summary>A registered method.</summary>
internal sealed record SessionMethod(MethodAccess Access, BindCall Bind);

/// <summary>Reads parameters.</summary>
internal delegate BoundCall BindCall(ReadOnlySpan<byte> parameters);

/// <summary>A call whose parameters were read; <paramref name="Run"/> gives the frame of the answer.</summary>
internal sealed record BoundCall(string? Key, Func<SessionClient, byte[]?, CancellationToken, Task<Answer>> Run);

/// <summary>The frame of an answer, empty when none was asked for, and what runs once it is in line.</summary>
internal readonly record struct Answer(ReadOnlyMemory<byte> Frame, Action? Answered = null);
