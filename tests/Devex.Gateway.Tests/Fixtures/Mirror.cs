using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Gateway.Tests.Fixtures;

/// <summary>A user's program that tells what reached it.</summary>
/// <param name="Name">Whose program it is.</param>
/// <param name="Connection">Number of the TCP connection, from 1.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Url">Path and query.</param>
/// <param name="Headers">Names in lower case.</param>
/// <param name="BodyHash">SHA-256 of the body, hex.</param>
internal sealed record Mirror(string Name, int Connection, string Method, string Url, IReadOnlyDictionary<string, JsonElement> Headers, string BodyHash)
{
    /// <summary>
    /// Answers with <see cref="Mirror"/> as JSON. Parameters of the query become headers of the answer, <c>status</c> its status. A WebSocket
    /// gets one such message, then close code 4321. <c>/stay</c> is a WebSocket that says nothing and stays, <c>/stream</c> an answer that begins and does not end,
    /// <c>/flood</c> one that goes on as fast as it is taken, and <c>/sink</c> takes whatever comes.
    /// </summary>
    public const string Program =
        """
        import { createHash } from "node:crypto";
        import { createServer } from "node:http";

        const [name, port] = process.argv.slice(2);
        let connections = 0;

        const describe = (request, bodyHash) => JSON.stringify({
          name, connection: request.socket.number, method: request.method, url: request.url, headers: request.headers, bodyHash,
        });

        const server = createServer((request, response) => {
          if (request.url.startsWith("/stream")) {
            response.write("begun");
            return;
          }
          if (request.url.startsWith("/flood")) {
            const piece = Buffer.alloc(1 << 16);
            const more = () => {
              while (response.write(piece));
            };
            response.on("drain", more);
            more();
            return;
          }
          if (request.url.startsWith("/sink")) {
            request.resume();
            return;
          }
          const hash = createHash("sha256");
          request.on("data", (piece) => hash.update(piece));
          request.on("end", () => {
            for (const [header, value] of new URL(request.url, "http://x").searchParams) {
              if (header === "status") response.statusCode = Number(value);
              else response.appendHeader(header, value);
            }
            response.end(describe(request, hash.digest("hex")));
          });
        });
        server.on("connection", (socket) => (socket.number = ++connections));
        server.on("upgrade", (request, socket) => {
          const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
          socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
          if (request.url.startsWith("/stay")) {
            socket.resume();
            return;
          }
          const text = Buffer.from(describe(request, ""));
          socket.write(Buffer.concat([Buffer.from([0x81, 126, text.length >> 8, text.length & 255]), text]));
          socket.end(Buffer.concat([Buffer.from([0x88, 6, 4321 >> 8, 4321 & 255]), Buffer.from("done")]));
          socket.resume();
        });
        server.listen(Number(port), "127.0.0.1", () => console.log(`The mirror of ${name} listens`));
        """;

    public static Mirror Parse(string json) => JsonSerializer.Deserialize(json, MirrorJson.Default.Mirror)!;

    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Mirror))]
internal sealed partial class MirrorJson : JsonSerializerContext;
