namespace Devex.Core.Sessions;

/// <summary>The steps by which the reconciler moves a session. Each may be cut off anywhere and done again.</summary>
internal enum SessionStep
{
    /// <summary>Nothing to do and nothing to watch.</summary>
    Rest,

    /// <summary>Make the record of a new session.</summary>
    Queue,

    /// <summary>Make the record of a session that the runtime holds and Redis has forgotten.</summary>
    Adopt,

    /// <summary>Make the session's place.</summary>
    Prepare,

    /// <summary>Bring the files back.</summary>
    Restore,

    /// <summary>Start <c>serve</c> and saver, and have control accepted.</summary>
    Serve,

    /// <summary>Watch a running session: status, idle time, lifetime.</summary>
    Watch,

    /// <summary><c>serve</c> crashed: begin again over the same files.</summary>
    Recover,

    /// <summary>The saver crashed.</summary>
    RestartSaver,

    /// <summary>Begin to stop.</summary>
    Stop,

    /// <summary>Have <c>serve</c> acknowledge nothing more.</summary>
    Freeze,

    /// <summary>End the user's programs.</summary>
    EndPrograms,

    /// <summary>Save, and see the commit.</summary>
    Save,

    /// <summary>Remove what is saved.</summary>
    Remove,

    /// <summary>The files are gone: the last commit counts.</summary>
    Lose,

    /// <summary>Its node does not answer, or does again: tell.</summary>
    Silence,

    /// <summary>Go on without what is on a silent node: its owner wants that.</summary>
    LeaveBehind,

    /// <summary>End everything without a save: an operator forces it.</summary>
    Force,

    /// <summary>Wait for a time to come.</summary>
    Wait,
}
