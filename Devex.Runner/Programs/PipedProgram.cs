using System.ComponentModel;
using System.Runtime.InteropServices;
using Devex.Runner.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Programs;

/// <summary>A program of the session that <c>serve</c> speaks with over pipes. Disposing kills it and all of its process group.</summary>
internal sealed class PipedProgram : IDisposable
{
    private readonly StartedProgram _program;

    private PipedProgram(StartedProgram program, SafeFileHandle input, SafeFileHandle output, SafeFileHandle errors)
    {
        _program = program;
        Input = new ProgramPipe(input, FileAccess.Write);
        Output = new ProgramPipe(output, FileAccess.Read);
        Errors = new ProgramPipe(errors, FileAccess.Read);
    }

    public int Pid => _program.Pid;

    /// <summary>What it reads; closing it is the end of its input.</summary>
    public Stream Input { get; }

    public Stream Output { get; }

    public Stream Errors { get; }

    /// <summary>Completes with the exit code, 128 + n for signal n.</summary>
    public Task<int> Exited => _program.Exited;

    /// <exception cref="Win32Exception">It could not be started.</exception>
    public static PipedProgram Start(ProgramTable programs, ProgramStart command)
    {
        var handles = new List<SafeFileHandle>();
        try
        {
            var (inputEnd, input) = Pipe(handles);
            var (output, outputEnd) = Pipe(handles);
            var (errors, errorsEnd) = Pipe(handles);
            // What the pipes of a program that reads slowly, or not at all, take is written; the rest waits where it can be called off.
            _ = PtyCalls.Control(Number(input), PtyCalls.SetStatusFlags, PtyCalls.WriteOnly | PtyCalls.NonBlocking);
            var program = programs.Start(() => Spawn.OnFiles(Number(inputEnd), Number(outputEnd), Number(errorsEnd), command));
            foreach (var end in (SafeFileHandle[])[inputEnd, outputEnd, errorsEnd])
                end.Dispose();
            return new PipedProgram(program, input, output, errors);
        }
        catch
        {
            handles.ForEach(handle => handle.Dispose());
            throw;
        }

        static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
    }

    /// <summary>Ends it and what it started at once.</summary>
    public void Kill()
    {
        // Once it was collected, its number may be somebody else's.
        if (!Exited.IsCompleted)
            ProcessCalls.Signal(-_program.Pid, ProcessCalls.Kill);
    }

    public void Dispose()
    {
        Kill();
        Close();
    }

    /// <summary>Lets go of its input and output: whoever reads them is at their end. What it left running goes on, and is told by the kernel when it writes.</summary>
    public void Close()
    {
        Input.Dispose();
        Output.Dispose();
        Errors.Dispose();
    }

    private static unsafe (SafeFileHandle Read, SafeFileHandle Write) Pipe(List<SafeFileHandle> handles)
    {
        var ends = stackalloc int[2];
        if (SpawnCalls.Pipe(ends, SpawnCalls.CloseOnExec) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var (read, write) = (new SafeFileHandle(ends[0], true), new SafeFileHandle(ends[1], true));
        handles.AddRange([read, write]);
        return (read, write);
    }
}
