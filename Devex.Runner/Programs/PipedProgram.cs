using System.ComponentModel;
using System.Runtime.InteropServices;
using Devex.Runner.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Programs;

/// <summary>A program of the session that <c>serve</c> speaks with over pipes. Disposing kills it and all of its process group.</summary>
internal sealed class PipedProgram : IDisposable
{
    /// <summary>Where a program that asks, and whatever it starts, writes questions; one digit, as shells want it.</summary>
    public const int QuestionsNumber = 8;

    /// <summary>Where it reads the answers.</summary>
    public const int AnswersNumber = 9;

    private readonly StartedProgram _program;

    private PipedProgram(StartedProgram program, SafeFileHandle input, SafeFileHandle output, SafeFileHandle errors, SafeFileHandle? questions, SafeFileHandle? answers)
    {
        _program = program;
        Input = new ProgramPipe(input, FileAccess.Write);
        Output = new ProgramPipe(output, FileAccess.Read);
        Errors = new ProgramPipe(errors, FileAccess.Read);
        Questions = questions is null ? Stream.Null : new ProgramPipe(questions, FileAccess.Read);
        Answers = answers is null ? Stream.Null : new ProgramPipe(answers, FileAccess.Write);
    }

    public int Pid => _program.Pid;

    /// <summary>What it reads; closing it is the end of its input.</summary>
    public Stream Input { get; }

    public Stream Output { get; }

    public Stream Errors { get; }

    /// <summary>What it asks, where it was started as one that asks.</summary>
    public Stream Questions { get; }

    /// <summary>What it is answered.</summary>
    public Stream Answers { get; }

    /// <summary>Completes with the exit code, 128 + n for signal n.</summary>
    public Task<int> Exited => _program.Exited;

    /// <param name="programs">Those of the session.</param>
    /// <param name="command">What is started.</param>
    /// <param name="asks">Whether it gets pipes for questions and answers as well.</param>
    /// <exception cref="Win32Exception">It could not be started.</exception>
    public static PipedProgram Start(ProgramTable programs, ProgramStart command, bool asks = false)
    {
        var handles = new List<SafeFileHandle>();
        try
        {
            var (inputEnd, input) = Pipe(handles);
            var (output, outputEnd) = Pipe(handles);
            var (errors, errorsEnd) = Pipe(handles);
            NeverBlock(input);
            List<(SafeFileHandle End, int As)> ends = [(inputEnd, 0), (outputEnd, 1), (errorsEnd, 2)];
            var (questions, answers) = ((SafeFileHandle?)null, (SafeFileHandle?)null);
            if (asks)
            {
                (questions, var questionsEnd) = Pipe(handles);
                (var answersEnd, answers) = Pipe(handles);
                NeverBlock(answers);
                ends.AddRange([(Above(questionsEnd, handles), QuestionsNumber), (Above(answersEnd, handles), AnswersNumber)]);
                questionsEnd.Dispose();
                answersEnd.Dispose();
            }
            var program = programs.Start(() => Spawn.OnFiles(ends.Select(one => (Number(one.End), one.As)), command));
            ends.ForEach(one => one.End.Dispose());
            return new PipedProgram(program, input, output, errors, questions, answers);
        }
        catch
        {
            handles.ForEach(handle => handle.Dispose());
            throw;
        }

        // What the pipes of a program that reads slowly, or not at all, take is written; the rest waits where it can be called off.
        static void NeverBlock(SafeFileHandle pipe) => _ = PtyCalls.Control(Number(pipe), PtyCalls.SetStatusFlags, PtyCalls.WriteOnly | PtyCalls.NonBlocking);
    }

    /// <summary>Asks it and what it started to end.</summary>
    public void Terminate()
    {
        if (!Exited.IsCompleted)
            ProcessCalls.Signal(-_program.Pid, ProcessCalls.Terminate);
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
        Questions.Dispose();
        Answers.Dispose();
    }

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    /// <summary>The same file under a number that no other of the program's is made over.</summary>
    private static SafeFileHandle Above(SafeFileHandle end, List<SafeFileHandle> handles)
    {
        var above = new SafeFileHandle(PtyCalls.Control(Number(end), SpawnCalls.DuplicateAndCloseOnExec, AnswersNumber + 1), true);
        if (above.IsInvalid)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        handles.Add(above);
        return above;
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
