// Sessions run on Linux and macOS; on Windows in WSL 2.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
