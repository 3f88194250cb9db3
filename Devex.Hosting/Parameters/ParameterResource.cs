namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that whoever starts the application gives, or that is generated once.</summary>
public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> _value;

    /// <param name="name">Name, also of the configuration key <c>Parameters:{name}</c>.</param>
    /// <param name="callback">Finds the value when it is first needed; gets <see cref="Default"/>.</param>
    /// <param name="secret">Whether it is masked wherever it would be shown.</param>
    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _value = new(() => callback(Default));
        Secret = secret;
    }

    /// <exception cref="MissingParameterValueException">Nobody gave it.</exception>
    public string Value => _value.Value;

    public ParameterDefault? Default { get; set; }

    public bool Secret { get; }

    public bool IsConnectionString { get; set; }

    public string ValueExpression => IsConnectionString ? $"{{{Name}.connectionString}}" : $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Value);
}
