using Devex.ServiceDefaults;
using Devex.ServiceDefaults.Hosts;
using Devex.Web.CoreApi;
using Devex.Web.Forwarding;
using Devex.Web.Layout;
using Devex.Web.Security;
using Devex.Web.SignIn;
using Devex.Web.Workbench;
using MudBlazor.Services;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSignIn();
builder.AddCoreApi();
builder.AddForwarding();
builder.Services.AddSingleton<FirstModules>();
builder.Services.AddScoped<SingleDialogs>();
builder.Services.AddMudServices(mud =>
{
    var toasts = mud.SnackbarConfiguration;
    (toasts.PositionClass, toasts.MaximumOpacity) = (MudBlazor.Defaults.Classes.Position.BottomRight, 100);
    // What fades in is read with what lies below it.
    (toasts.ShowTransitionDuration, toasts.HideTransitionDuration) = (150, 150);
});
builder.Services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = FirstPaint.MessageBytes);

var app = builder.Build();
app.UseKnownHosts(static (hosts, host) => hosts.IsWeb(host) || hosts.IsInternal(host));
app.UseContentSecurityPolicy();
app.UseCircuitOrigin();
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapStaticAssets();
app.MapForwarding();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
app.Run();
