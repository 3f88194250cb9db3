using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

internal static class DocumentsRegistration
{
    public static void AddDocuments(this IServiceCollection services)
    {
        services.AddSingleton<DocumentFolder>();
        services.AddSingleton<DocumentHost>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<ISessionFeature, DocumentsFeature>();
    }
}
