using MudBlazor;

namespace Devex.Web.Layout;

/// <summary>Shapes and type for MudBlazor. Colours come from the tokens: app.css maps them to MudBlazor's variables.</summary>
internal static class DevexTheme
{
    private static readonly string[] Family = ["Inter Variable", "system-ui", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Family, FontSize = "14px", LineHeight = "1.5", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = Family, FontSize = "14px", FontWeight = "500", TextTransform = "none", LetterSpacing = "0" },
            H6 = new H6Typography { FontFamily = Family, FontSize = "16px", FontWeight = "600", LetterSpacing = "-0.01em" },
        },
    };
}
