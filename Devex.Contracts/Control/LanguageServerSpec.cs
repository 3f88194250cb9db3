using System.Text.Json;

namespace Devex.Contracts.Control;

/// <summary>A language server that a template declares: a program that speaks the Language Server Protocol on its input and output.</summary>
/// <param name="Id">Names it in addresses: at most 32 characters of a-z, 0-9 and '-'.</param>
/// <param name="Name">For people.</param>
/// <param name="Command">A program, looked for in the package and then on PATH.</param>
/// <param name="Languages">What it serves: file suffixes with their dot, or whole file names, each with its language id (<c>.ts</c>: <c>typescript</c>).</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Package">The set of npm packages that brings it; null when only the machine can.</param>
/// <param name="MemoryMegabytes">More than this, in all of its processes, and it is started anew.</param>
/// <param name="Settings">Answers to <c>workspace/configuration</c>, by section.</param>
public sealed record LanguageServerSpec(
    string Id, string Name, string Command, IReadOnlyDictionary<string, string> Languages, IReadOnlyList<string>? Arguments = null,
    string? Package = null, int MemoryMegabytes = LanguageServerSpec.UsualMemory, JsonElement? Settings = null)
{
    public const int UsualMemory = 1024;
}
