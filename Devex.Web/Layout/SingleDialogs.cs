using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Devex.Web.Layout;

/// <summary>Dialogs of which there is one of a kind at a time: whoever clicks twice, before the first is there, gets one.</summary>
internal sealed class SingleDialogs(IDialogService dialogs)
{
    private readonly HashSet<Type> _open = [];

    /// <summary>Opens a dialog; nothing where one of its kind is open.</summary>
    public async Task ShowAsync<TDialog>(string title, DialogParameters parameters, MaxWidth width)
        where TDialog : IComponent
    {
        if (_open.Add(typeof(TDialog)))
            _ = CloseAsync(await dialogs.ShowAsync<TDialog>(title, parameters, new DialogOptions { MaxWidth = width, FullWidth = true, CloseButton = true }), typeof(TDialog));
    }

    private async Task CloseAsync(IDialogReference dialog, Type kind)
    {
        await dialog.Result;
        _open.Remove(kind);
    }
}
