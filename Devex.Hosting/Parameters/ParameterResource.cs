namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that whoever starts the application gives, or that is generated once.</summary>
public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> _value;
    private volatile TaskCompletionSource<string>? _asked;

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
    public string Value => _asked is { Task: { IsCompletedSuccessfully: true } given } ? given.Result : _value.Value;

    public ParameterDefault? Default { get; set; }

    public bool Secret { get; }

    public bool IsConnectionString { get; set; }

    public string ValueExpression => IsConnectionString ? $"{{{Name}.connectionString}}" : $"{{{Name}.value}}";

    /// <summary>Waits, where a value is asked for, until somebody gives it.</summary>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        _asked is { } asked ? new(asked.Task.WaitAsync(cancellationToken)!) : new(Value);

    /// <summary>From now on whoever needs the value waits for it, rather than being told that it is missing.</summary>
    internal void Ask() => _asked ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool IsAsked => _asked is { Task.IsCompleted: false };

    /// <returns>Whether the value was asked for and not given yet.</returns>
    internal bool Give(string value) => _asked?.TrySetResult(value) == true;
}
