using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Contracts.Control;

/// <summary>Body of <c>PUT /control</c>. Null leaves a value as it is, but the first must bring <see cref="WebOrigin"/>.</summary>
/// <param name="WebOrigin">The only foreign origin that may connect.</param>
/// <param name="Keys">Core's next public keys (SubjectPublicKeyInfo, base64), in addition to the one given at creation.</param>
/// <param name="Environment">Variables for programs; replaces all former ones.</param>
/// <param name="Name">The REPL's name, for prompts and titles.</param>
/// <param name="RunCommand">The run button's command.</param>
/// <param name="Frozen">Whether <c>serve</c> acknowledges writes (false) or not (true).</param>
/// <param name="FreezeReason">For people, when frozen.</param>
/// <param name="EndPrograms">Send HUP and TERM to the user's programs, KILL after 5 s; the answer waits for it.</param>
/// <param name="Revoke">Users whose sockets close at once.</param>
/// <param name="Roles">Roles that changed, by user id.</param>
/// <param name="LanguageServers">The template's language servers; replaces all former ones.</param>
public sealed record ControlRequest(
    string? WebOrigin = null,
    IReadOnlyList<string>? Keys = null,
    IReadOnlyDictionary<string, string>? Environment = null,
    string? Name = null,
    string? RunCommand = null,
    bool? Frozen = null,
    string? FreezeReason = null,
    bool EndPrograms = false,
    IReadOnlyList<UserId>? Revoke = null,
    IReadOnlyDictionary<string, Role>? Roles = null,
    IReadOnlyList<LanguageServerSpec>? LanguageServers = null);

/// <summary>Answer of <c>GET /status</c> and <c>PUT /control</c>.</summary>
/// <param name="Instance">22 random characters, new at each start of <c>serve</c>.</param>
/// <param name="ReplId">The REPL it serves.</param>
/// <param name="Protocol">Session protocol, <c>major.minor</c>.</param>
/// <param name="Controlled">Whether control has arrived, so that tickets are taken.</param>
/// <param name="Frozen">Whether writes are refused.</param>
/// <param name="FlushedAt">The last flush of documents to files; null when nothing was ever flushed.</param>
/// <param name="Unflushed">Documents with acknowledged updates that are not yet in their file.</param>
/// <param name="Clients">Open session sockets.</param>
/// <param name="Busy">Why the session is not idle: <c>terminal</c>, <c>editor</c>, <c>process</c>.</param>
/// <param name="LastActivityAt">UTC of the last input by a person.</param>
/// <param name="Ports">TCP ports that programs listen on.</param>
/// <param name="Measured">What was measured since the last <c>GET /status</c>; null when nothing was, and in answers to <c>PUT /control</c>.</param>
public sealed record SessionStatus(
    string Instance, ReplId ReplId, string Protocol, bool Controlled, bool Frozen, Snapshots.SessionInstant? FlushedAt,
    int Unflushed, int Clients, IReadOnlyList<string> Busy, DateTimeOffset LastActivityAt, IReadOnlyList<int> Ports,
    SessionMeasurements? Measured = null);

/// <summary>Source-generated JSON of control messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(SessionStatus))]
[JsonSerializable(typeof(LanguageServerSpec))]
public sealed partial class ControlJson : JsonSerializerContext;
