namespace Devex.Core.Errors;

internal static class ErrorsFeature
{
    private const int MaxJsonDepth = 32;

    /// <summary>Problems as answers, and bounds on what is read.</summary>
    public static IHostApplicationBuilder AddErrors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddExceptionHandler<ProblemHandler>();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.MaxDepth = MaxJsonDepth);
        return builder;
    }
}
