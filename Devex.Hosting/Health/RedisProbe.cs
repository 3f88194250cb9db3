using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Health;

/// <summary>Signs in to Redis and pings it, by the inline commands of its protocol.</summary>
internal static class RedisProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static Func<CancellationToken, Task<string?>> For(RedisResource redis) => async cancellation =>
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(redis.PrimaryEndpoint.Host, redis.PrimaryEndpoint.Port, limit.Token);
            var stream = client.GetStream();
            var password = redis.PasswordParameter is { } parameter ? await parameter.GetValueAsync(limit.Token) : null;
            await stream.WriteAsync(Command(password is null ? ["PING"] : ["AUTH", password]), limit.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            var answer = await reader.ReadLineAsync(limit.Token);
            if (password is not null && answer == "+OK")
            {
                await stream.WriteAsync(Command(["PING"]), limit.Token);
                answer = await reader.ReadLineAsync(limit.Token);
            }

            return answer == "+PONG" ? null : $"Redis answered '{answer}'";
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"Redis did not answer within {Timeout.TotalSeconds:0} s";
        }
    };

    private static byte[] Command(string[] parts) => Encoding.UTF8.GetBytes(
        $"*{parts.Length}\r\n" + string.Concat(parts.Select(part => $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n")));
}
