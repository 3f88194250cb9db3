using Devex.ServiceDefaults;
using Devex.ServiceDefaults.Hosts;
using Devex.Web.CoreApi;
using Devex.Web.Forwarding;
using Devex.Web.Layout;
using Devex.Web.Security;
using Devex.Web.SignIn;
using MudBlazor.Services;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSignIn();
builder.AddCoreApi();
builder.AddForwarding();
builder.Services.AddMudServices();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();

var app = builder.Build();
app.UseKnownHosts(static (hosts, host) => hosts.IsWeb(host) || hosts.IsInternal(host));
app.UseContentSecurityPolicy();
app.UseCircuitOrigin();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapStaticAssets();
app.MapForwarding();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
app.Run();
