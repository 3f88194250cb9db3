using System.Globalization;

namespace Devex.EmbeddedRedis;

/// <param name="Port">TCP port on 127.0.0.1.</param>
/// <param name="Password">What clients must give with AUTH.</param>
/// <param name="Data">Folder that keeps log and checkpoints, made if absent.</param>
internal sealed record EmbeddedRedisOptions(int Port, string Password, string Data)
{
    public const string Usage = "Devex.EmbeddedRedis --port N --data FOLDER [--password P]   (the password, better, by environment REDIS_PASSWORD)";

    /// <exception cref="FormatException">What is wrong with the arguments, in words.</exception>
    public static EmbeddedRedisOptions Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        string? port = null, data = null, password = environment("REDIS_PASSWORD");
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new FormatException($"{args[i]} has no value.");
            switch (args[i])
            {
                case "--port": port = value; break;
                case "--data": data = value; break;
                case "--password": password = value; break;
                default: throw new FormatException($"{args[i]} is no option of this program.");
            }
        }

        return new(
            int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= ushort.MaxValue
                ? number : throw new FormatException($"--port is '{port}', not a number from 1 to 65535."),
            string.IsNullOrEmpty(password) ? throw new FormatException("There is no password: set REDIS_PASSWORD or --password.") : password,
            string.IsNullOrEmpty(data) ? throw new FormatException("--data names no folder.") : Path.GetFullPath(data));
    }

    /// <summary>
    /// Garnet's arguments. Its log goes to disk through the storage tier, since without one a full log silently drops the
    /// oldest keys; the append-only file is committed every second.
    /// </summary>
    public string[] ToGarnet() =>
    [
        "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture),
        "--auth", "Password", "--password", Password, "--logger-level", "Warning",
        "--memory", "64m", "--page", "4m", "--index", "1m", "--segment", "64m", "--object-log-segment", "64m",
        "--aof", "--aof-memory", "32m", "--aof-page-size", "8m", "--aof-segment-size", "64m", "--aof-commit-freq", "1000",
        "--device-type", "RandomAccess", "--recover", "--lua", "--lua-transaction-mode",
        "--storage-tier", "--logdir", Path.Combine(Data, "log"), "--checkpointdir", Path.Combine(Data, "checkpoints"),
    ];
}
