using Devex.Contracts.Gateway;
using Devex.Contracts.Protocol;

namespace Devex.Gateway.Requests;

/// <summary>What is to be reported to one session: at most as much as its log keeps, the oldest dropped.</summary>
internal sealed class RequestReport(SessionLocation location)
{
    private const int Most = 200;

    private readonly Lock _gate = new();
    private SessionLocation _location = location;
    private List<PreviewRequest> _waiting = [];
    private bool _sending;
    private bool _over;

    /// <summary>Where to, by the last word.</summary>
    public SessionLocation Location => Volatile.Read(ref _location);

    /// <returns>Whether it was taken, and whether the caller is to begin sending.</returns>
    public (bool Taken, bool Begin) Add(SessionLocation current, PreviewRequest request)
    {
        lock (_gate)
        {
            if (_over)
                return (false, false);
            Volatile.Write(ref _location, current);
            // One that ends before its beginning was told is told once.
            if (_waiting.FindIndex(other => other.Id == request.Id) is >= 0 and var known)
                _waiting[known] = request;
            else
                _waiting.Add(request);
            if (_waiting.Count > Most)
                _waiting.RemoveAt(0);
            var begin = !_sending;
            _sending = true;
            return (true, begin);
        }
    }

    /// <summary>What waits; empty ends this report, and the next request gets a new one.</summary>
    public IReadOnlyList<PreviewRequest> Take()
    {
        lock (_gate)
        {
            var waiting = _waiting;
            _waiting = [];
            _over = waiting.Count == 0;
            return waiting;
        }
    }
}
