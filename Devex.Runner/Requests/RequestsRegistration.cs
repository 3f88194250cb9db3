using Devex.Runner.Sessions;

namespace Devex.Runner.Requests;

internal static class RequestsRegistration
{
    public static void AddRequests(this IServiceCollection services)
    {
        services.AddSingleton<RequestLog>();
        services.AddSingleton<ISessionFeature, RequestsFeature>();
    }
}
