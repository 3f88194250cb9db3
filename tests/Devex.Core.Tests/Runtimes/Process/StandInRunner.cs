using Devex.Testing;

namespace Devex.Core.Tests.Runtimes.Process;

/// <summary>
/// A runner of a few lines for tests of the runtime alone: what it does is to be seen from outside. <c>serve</c> answers status and control without
/// looking at tokens, and runs <c>/workspace/.run</c> if it is there; <c>restore</c> makes the marker; <c>save</c> writes the attempt to
/// <c>control/saved</c>.
/// </summary>
internal static class StandInRunner
{
    private const string Script = """
        #!/bin/bash
        set -eu
        case "$1" in
        restore)
            [ -e "$DEVEX_CONTROL/restored.json" ] && exit 0
            echo "restored" >"$DEVEX_FILES/workspace/hello.txt"
            id -u >"$DEVEX_FILES/workspace/restored-by"
            echo '{}' >"$DEVEX_CONTROL/restored.json"
            ;;
        save)
            if [ "$2" = --watch ]; then
                trap 'exit 0' TERM
                while :; do sleep 3600 & wait $!; done
            fi
            [ -e "$DEVEX_FILES/workspace/unsavable" ] && { echo "the disk is on fire"; exit 4; }
            echo "$3" >"$DEVEX_CONTROL/saved"
            ;;
        serve)
            exec python3 -c '
        import http.server, json, os, socket, socketserver, subprocess, sys, threading
        path = os.environ["DEVEX_LISTEN"].removeprefix("unix:")
        state = {"frozen": False, "controlled": False}
        instance = os.urandom(11).hex()
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = json.dumps({"instance": instance, "replId": os.environ["DEVEX_REPL"], "protocol": "1.0", "controlled": state["controlled"],
                    "frozen": state["frozen"], "unflushed": 0, "clients": 0, "busy": [], "lastActivityAt": "2026-01-01T00:00:00Z", "ports": []}).encode()
                self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
            def do_GET(self): self.answer()
            def do_PUT(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                state["controlled"] = True
                if request.get("frozen") is not None: state["frozen"] = request["frozen"]
                self.answer()
            def address_string(self): return "core"
            def log_message(self, *rest): pass
        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True
            def get_request(self):
                connection, _ = self.socket.accept()
                return connection, ("core", 0)
        server = Server(path, Handler)
        run = os.environ["DEVEX_WORKSPACE"] + "/.run"
        if os.path.exists(run):
            subprocess.Popen(["bash", run], cwd=os.environ["DEVEX_WORKSPACE"])
        server.serve_forever()
        '
            ;;
        esac
        """;

    public static string WriteTo(TempFolder folder)
    {
        Directory.CreateDirectory(folder["runner"]);
        var path = folder["runner/stand-in"];
        // A second Core over the same folder must not write what runs.
        if (File.Exists(path))
            return path;
        File.WriteAllText(path, Script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return path;
    }
}
