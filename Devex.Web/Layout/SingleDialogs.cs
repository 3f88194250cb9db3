using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Devex.Web.Layout;

/// <summary>Dialogs of which there is one of a kind at a time: whoever clicks twice, before the first is there, gets one.</summary>
internal sealed class SingleDialogs(IDialogService dialogs)
{
    private readonly HashSet<Type> _open = [];

    /// <summary>Opens a dialog, and ends when it is closed; at once where one of its kind is open.</summary>
    public async Task ShowAsync<TDialog>(string title, DialogParameters parameters, MaxWidth width)
        where TDialog : IComponent
    {
        if (!_open.Add(typeof(TDialog)))
            return;
        try
        {
            var dialog = await dialogs.ShowAsync<TDialog>(title, parameters, new DialogOptions { MaxWidth = width, FullWidth = true, CloseButton = true });
            await dialog.Result;
        }
        finally
        {
            _open.Remove(typeof(TDialog));
        }
    }
}
