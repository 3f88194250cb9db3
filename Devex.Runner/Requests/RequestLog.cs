using Devex.Contracts.Protocol;

namespace Devex.Runner.Requests;

/// <summary>The last 200 requests to previews, numbered as they come.</summary>
internal sealed class RequestLog
{
    private const int Kept = 200;

    private readonly Lock _gate = new();
    private readonly List<PreviewRequest> _requests = [];
    private long _last;

    /// <summary>What is kept, oldest first.</summary>
    public PreviewRequestList All
    {
        get
        {
            lock (_gate)
                return new PreviewRequestList([.. _requests]);
        }
    }

    /// <summary>Takes requests in; one that is there already is replaced where it is. Answers them as they are kept.</summary>
    public PreviewRequestList Add(IReadOnlyList<PreviewRequest> requests)
    {
        lock (_gate)
        {
            var taken = new List<PreviewRequest>(Math.Min(requests.Count, Kept));
            foreach (var request in requests.TakeLast(Kept))
            {
                var known = _requests.FindIndex(other => other.Id == request.Id);
                var numbered = request with { Number = known >= 0 ? _requests[known].Number : ++_last };
                if (known >= 0)
                    _requests[known] = numbered;
                else
                    _requests.Add(numbered);
                taken.Add(numbered);
            }
            if (_requests.Count > Kept)
                _requests.RemoveRange(0, _requests.Count - Kept);
            return new PreviewRequestList(taken);
        }
    }
}
