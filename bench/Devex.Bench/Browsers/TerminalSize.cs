namespace Devex.Bench.Browsers;

/// <summary>A terminal's size in characters, and in pixels.</summary>
internal sealed record TerminalSize(int Columns, int Rows, double Width, double Height);
