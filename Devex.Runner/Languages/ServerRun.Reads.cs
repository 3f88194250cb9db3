using System.Text.Json;

namespace Devex.Runner.Languages;

/// <summary>The threads that read: answers, questions and diagnostics, and the last words of one that ends.</summary>
internal sealed partial class ServerRun
{
    private void Read()
    {
        try
        {
            var reader = new LspReader(_program.Output, LargestMessage);
            while (reader.Read() is { } message)
                Take(LspMessage.Parse(message));
            _program.Exited.Wait(Tick);
            End(_program.Exited.IsCompletedSuccessfully ? $"ended with exit code {_program.Exited.Result}" : "closed its output");
        }
        catch (InvalidDataException e)
        {
            End(e.Message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            End("is gone");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            End("wrote something that is not the Language Server Protocol");
        }
        finally
        {
            _program.Dispose();
        }
    }

    private void Take(in LspMessage message)
    {
        if (message.IsRequest)
        {
            Send(ServerQuestions.Answer(message, _spec, _host.Root));
            if (message.Method == "workspace/diagnostic/refresh")
                _events.Said(this, LspFrames.Notification("devex/refresh", _ => { }), null);
        }
        else if (message.Method == "textDocument/publishDiagnostics")
        {
            Publish(message);
        }
        else if (message.Method is null && int.TryParse(message.Id.Span, out var number))
        {
            TakeAnswer(number, message);
        }
        // Progress, logs and what else a server tells is for nobody here.
    }

    private void TakeAnswer(int number, in LspMessage message)
    {
        Asked asked;
        lock (_gate)
        {
            _unanswered = 0;
            if (!_asked.Remove(number, out asked!))
                return;
        }
        if (number == 0)
        {
            Begin(message);
            return;
        }
        asked.Asker?.Answer(message.Result.Length > LargestAnswer
            ? LspFrames.Error(asked.Id, LspErrors.RequestFailed, "The language server's answer is too large.")
            : LspFrames.Answer(asked.Id, message, asked.Versions));
    }

    private void Begin(in LspMessage message)
    {
        if (!message.Error.IsEmpty || message.Result.IsEmpty)
            throw new InvalidDataException("refused to start");
        using var document = JsonDocument.Parse(message.Result);
        if (!document.RootElement.TryGetProperty("capabilities", out var capabilities) || capabilities.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException("refused to start");
        _incremental = IsIncremental(capabilities);
        _events.Initialized(this, System.Text.Encoding.UTF8.GetBytes(capabilities.GetRawText()));
        _initialized = true;
        Wake();
    }

    private static bool IsIncremental(JsonElement capabilities)
    {
        if (!capabilities.TryGetProperty("textDocumentSync", out var sync))
            return false;
        var kind = sync.ValueKind == JsonValueKind.Object && sync.TryGetProperty("change", out var change) ? change : sync;
        return kind.ValueKind == JsonValueKind.Number && kind.GetInt32() == 2;
    }

    private void Publish(in LspMessage message)
    {
        using var document = JsonDocument.Parse(message.Params);
        if (message.Params.Length > LargestAnswer || document.RootElement.GetProperty("uri").GetString() is not { } uri)
            return;
        int? version = document.RootElement.TryGetProperty("version", out var told) && told.ValueKind == JsonValueKind.Number ? told.GetInt32() : null;
        _events.Said(this, LspFrames.Forward(message.Method!, message.Params.Span, Mirror.Versions(uri, version)), uri);
    }

    private void ReadErrors()
    {
        var buffer = new byte[4096];
        try
        {
            while (_program.Errors.Read(buffer) is > 0 and var read)
                _lastWords.Add(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other threads see to the end.
        }
    }
}
