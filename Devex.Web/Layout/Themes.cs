namespace Devex.Web.Layout;

/// <summary>Dark or light, kept in a cookie so that the first paint is right.</summary>
internal static class Themes
{
    public const string Cookie = "devex-theme";

    public static string Of(HttpContext? context) => context?.Request.Cookies[Cookie] == "light" ? "light" : "dark";
}
