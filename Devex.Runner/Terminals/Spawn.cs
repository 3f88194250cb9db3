using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Devex.Runner.Terminals;

/// <summary>
/// Starts a program on a pseudo-terminal by posix_spawn, since managed code cannot fork: a new session whose controlling
/// terminal is the slave (the first terminal that a session leader opens), with every signal at its default and none
/// blocked (.NET ignores SIGPIPE, and a shell cannot undo what it inherits ignored).
/// </summary>
internal static class Spawn
{
    // glibc's structures have 80 and 336 bytes, a signal set 128.
    private const int StructureSize = 512;

    /// <summary>Starts <paramref name="command"/> and returns its pid.</summary>
    /// <exception cref="Win32Exception">It could not be started.</exception>
    public static unsafe int Start(Pty pty, ProgramStart command)
    {
        var memory = (nint)NativeMemory.AllocZeroed(3 * StructureSize);
        var (actions, attributes, signals) = (memory, memory + StructureSize, memory + 2 * StructureSize);
        var strings = new List<nint>();
        try
        {
            Check(PtyCalls.InitActions(actions));
            Check(PtyCalls.InitAttributes(attributes));
            Check(PtyCalls.AddOpen(actions, 0, Native(pty.SlavePath, strings), PtyCalls.ReadWrite, 0));
            Check(PtyCalls.AddDuplicate(actions, 0, 1));
            Check(PtyCalls.AddDuplicate(actions, 0, 2));
            Check(PtyCalls.AddChangeFolder(actions, command.Folder));
            _ = PtyCalls.AllSignals(signals);
            Check(PtyCalls.SetSignalDefaults(attributes, signals));
            _ = PtyCalls.NoSignals(signals);
            Check(PtyCalls.SetSignalMask(attributes, signals));
            Check(PtyCalls.SetFlags(attributes, PtyCalls.SpawnNewSession | PtyCalls.SpawnSetSignalDefaults | PtyCalls.SpawnSetSignalMask));
            var arguments = Native(command.Arguments, strings);
            var environment = Native(command.Environment, strings);
            fixed (nint* argv = arguments, envp = environment)
            {
                Check(PtyCalls.Spawn(out var pid, command.Path, actions, attributes, argv, envp));
                return pid;
            }
        }
        finally
        {
            _ = PtyCalls.DestroyActions(actions);
            _ = PtyCalls.DestroyAttributes(attributes);
            strings.ForEach(Marshal.FreeCoTaskMem);
            NativeMemory.Free((void*)memory);
        }
    }

    private static nint[] Native(IReadOnlyList<string> texts, List<nint> strings)
    {
        // The last stays zero, which ends the list.
        var pointers = new nint[texts.Count + 1];
        for (var i = 0; i < texts.Count; i++) pointers[i] = Native(texts[i], strings);
        return pointers;
    }

    private static nint Native(string text, List<nint> strings)
    {
        strings.Add(Marshal.StringToCoTaskMemUTF8(text));
        return strings[^1];
    }

    private static void Check(int error)
    {
        if (error != 0) throw new Win32Exception(error);
    }
}

/// <summary>A program to start.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Arguments">With the name first.</param>
/// <param name="Environment">Everything it gets, as <c>NAME=value</c>.</param>
/// <param name="Folder">Where it begins.</param>
internal sealed record ProgramStart(string Path, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment, string Folder);
