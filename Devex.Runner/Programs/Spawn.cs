using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Devex.Runner.Programs;

/// <summary>
/// Starts a program by posix_spawn, since managed code cannot fork: in a new session (the first terminal that its leader opens becomes the
/// controlling one), with every signal at its default and none blocked (.NET ignores SIGPIPE, and a shell cannot undo what it inherits ignored).
/// </summary>
internal static class Spawn
{
    // glibc's structures have 80 and 336 bytes, a signal set 128.
    private const int StructureSize = 512;

    /// <summary>Starts <paramref name="command"/> on a terminal and returns its pid.</summary>
    /// <exception cref="Win32Exception">It could not be started.</exception>
    public static int OnTerminal(string slavePath, ProgramStart command) => Start(command, (actions, strings) =>
    {
        Check(SpawnCalls.AddOpen(actions, 0, Native(slavePath, strings), SpawnCalls.ReadWrite, 0));
        Check(SpawnCalls.AddDuplicate(actions, 0, 1));
        Check(SpawnCalls.AddDuplicate(actions, 0, 2));
    });

    /// <summary>Starts <paramref name="command"/> on open files, which it gets under the numbers beside them (0 to 2 are its input, output and errors), and returns its pid.</summary>
    /// <exception cref="Win32Exception">It could not be started.</exception>
    public static int OnFiles(IEnumerable<(int File, int As)> files, ProgramStart command) => Start(command, (actions, _) =>
    {
        foreach (var (file, number) in files)
            Check(SpawnCalls.AddDuplicate(actions, file, number));
    });

    private static unsafe int Start(ProgramStart command, Action<nint, List<nint>> files)
    {
        var memory = (nint)NativeMemory.AllocZeroed(3 * StructureSize);
        var (actions, attributes, signals) = (memory, memory + StructureSize, memory + 2 * StructureSize);
        var strings = new List<nint>();
        try
        {
            Check(SpawnCalls.InitActions(actions));
            Check(SpawnCalls.InitAttributes(attributes));
            files(actions, strings);
            Check(SpawnCalls.AddChangeFolder(actions, command.Folder));
            _ = SpawnCalls.AllSignals(signals);
            Check(SpawnCalls.SetSignalDefaults(attributes, signals));
            _ = SpawnCalls.NoSignals(signals);
            Check(SpawnCalls.SetSignalMask(attributes, signals));
            Check(SpawnCalls.SetFlags(attributes, SpawnCalls.FlagNewSession | SpawnCalls.FlagSignalDefaults | SpawnCalls.FlagSignalMask));
            var arguments = Native(command.Arguments, strings);
            var environment = Native(command.Environment, strings);
            fixed (nint* argv = arguments, envp = environment)
            {
                Check(SpawnCalls.Spawn(out var pid, command.Path, actions, attributes, argv, envp));
                return pid;
            }
        }
        finally
        {
            _ = SpawnCalls.DestroyActions(actions);
            _ = SpawnCalls.DestroyAttributes(attributes);
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
