using System.Net.Sockets;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Saving;

/// <summary>.NET's client lets the socket's own exception through when a connection is lost the moment it is made; like any other loss it is tried again.</summary>
public sealed class LostConnectionTests : IDisposable
{
    private readonly TempFolder _control = new("devex-control-");
    private readonly Lost _lost = new();
    private readonly HttpClient _http;

    public LostConnectionTests() => _http = new HttpClient(_lost);

    public void Dispose()
    {
        _http.Dispose();
        _control.Dispose();
    }

    [Fact]
    public async Task S3_is_out_of_reach() =>
        await Assert.ThrowsAsync<OutOfReachException>(() => Transfer().GetAsync("http://s3.invalid/pack", Digest.Of([]), 100, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Core_is_out_of_reach()
    {
        File.WriteAllText(_control["core.json"], """{"url":"http://core.invalid"}""");
        File.WriteAllText(_control["bootstrap"], "token");
        await Assert.ThrowsAsync<OutOfReachException>(() => Core().RootAsync("token", TestContext.Current.CancellationToken));
        await Core().ProgressAsync(new ProgressReport("restoring", 1, 2), TestContext.Current.CancellationToken);
        Assert.Equal(2, _lost.Asked);
    }

    private CoreClient Core() => new(_http, new ControlFolder(_control.Path), ReplId.New());

    private ObjectTransfer Transfer() => new(_http, Core(), TimeProvider.System);

    private sealed class Lost : HttpMessageHandler
    {
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            throw new SocketException((int)SocketError.NotConnected);
        }
    }
}
