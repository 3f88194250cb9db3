using System.Security.Claims;
using Bunit;
using Bunit.Rendering;
using Devex.ServiceDefaults.Hosts;
using Devex.ServiceDefaults.Tokens;
using Devex.Web.CoreApi;
using Devex.Web.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MudBlazor;
using MudBlazor.Services;

namespace Devex.Web.Tests.Pages;

/// <summary>Pages as Ada sees them, in a circuit, before a <see cref="CoreDouble"/>.</summary>
internal sealed class PageContext : BunitContext
{
    /// <summary>Test machines are slow and shared.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public PageContext(CoreDouble core)
    {
        DefaultWaitTimeout = Patience;
        JSInterop.Mode = JSRuntimeMode.Loose;
        this.AddAuthorization().SetAuthorized("Ada").SetClaims(new Claim("sub", "local-ada"), new Claim("login", "ada"), new Claim("name", "Ada"));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("services:core:http:0", core.Address)]).Build();
        Services.AddSingleton<IConfiguration>(configuration);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Options.Create(new HostsOptions()));
        Services.AddSingleton(new ServiceTokens(new string('k', 40), "devex web assertion", TimeProvider.System));
        Services.AddHttpClient(CoreHttp.ClientName, client => client.BaseAddress = new Uri(core.Address));
        Services.AddSingleton<CoreHttp>();
        Services.AddScoped<CoreClient>();
        Services.AddSingleton<CoreEvents>();
        Services.AddMudServices();
        Services.AddScoped<SingleDialogs>();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    /// <summary>Goes to an address, for pages that have several.</summary>
    public void At(string path) => Services.GetRequiredService<NavigationManager>().NavigateTo(path);

    /// <summary>A page with what dialogs and messages are shown by.</summary>
    public IRenderedComponent<ContainerFragment> Show<TPage>() where TPage : IComponent => Render(builder =>
    {
        builder.OpenComponent<MudPopoverProvider>(0);
        builder.CloseComponent();
        builder.OpenComponent<MudDialogProvider>(1);
        builder.CloseComponent();
        builder.OpenComponent<MudSnackbarProvider>(2);
        builder.CloseComponent();
        builder.OpenComponent<TPage>(3);
        builder.CloseComponent();
    });
}
