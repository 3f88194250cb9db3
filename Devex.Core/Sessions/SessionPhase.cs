using System.Text.Json.Serialization;
using Devex.Contracts.Api;

namespace Devex.Core.Sessions;

/// <summary>Where a session is in its life, finer than what people see.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SessionPhase>))]
internal enum SessionPhase
{
    Queued,
    Restoring,
    Starting,
    Running,
    Freezing,
    Ending,
    Saving,
    Removing,
    Stopped,
}

internal static class SessionPhases
{
    public static ReplState ToState(this SessionPhase phase) => phase switch
    {
        SessionPhase.Queued or SessionPhase.Restoring or SessionPhase.Starting => ReplState.Starting,
        SessionPhase.Running => ReplState.Running,
        SessionPhase.Stopped => ReplState.Stopped,
        _ => ReplState.Stopping,
    };

    /// <summary>Whether <c>serve</c> may be reached: tabs stay connected while a session is being saved.</summary>
    public static bool HasAddress(this SessionPhase phase) =>
        phase is SessionPhase.Running or SessionPhase.Freezing or SessionPhase.Ending or SessionPhase.Saving;
}
