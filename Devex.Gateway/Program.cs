using Devex.Gateway.Previews;
using Devex.Gateway.Runners;
using Devex.Gateway.Sessions;
using Devex.ServiceDefaults;
using Devex.ServiceDefaults.Hosts;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSessionLocations();
builder.AddRunners();
builder.AddPreviews();

var app = builder.Build();
app.MapDefaultEndpoints();
app.UseKnownHosts(static (hosts, host) => hosts.TryParseRepl(host, out _) || hosts.TryParsePreview(host, out _, out _));
app.UseRunners();
app.UsePreviews();
app.Run();
