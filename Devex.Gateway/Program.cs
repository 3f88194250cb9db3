using Devex.Gateway.Forwarding;
using Devex.Gateway.Previews;
using Devex.Gateway.Runners;
using Devex.Gateway.Sessions;
using Devex.ServiceDefaults;
using Devex.ServiceDefaults.Hosts;

SocketThreads.Use();
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
// What passes through here waits for nothing and computes nothing: Kestrel's queues would only hand each keystroke to another thread, on its way in and out.
builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
// A video that is paused goes on later; a visitor who takes nothing for long is let go by the forwarder.
builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MinResponseDataRate = null);
builder.AddSessionLocations();
builder.AddForwarding();
builder.AddRunners();
builder.AddPreviews();

var app = builder.Build();
app.MapDefaultEndpoints();
app.UseKnownHosts(static (hosts, host) => hosts.TryParseRepl(host, out _) || hosts.TryParsePreview(host, out _, out _));
app.UseRunners();
app.UsePreviews();
app.Run();
