using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where a parameter's value comes from when nobody gives one.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random value of at least <see cref="MinLength"/> characters from the allowed classes.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCharacters = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCharacters = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string NumericCharacters = "0123456789";
    private const string SpecialCharacters = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    /// <exception cref="InvalidOperationException">No class of characters is allowed, or a minimum is asked of a class that is not.</exception>
    public override string GetDefaultValue()
    {
        (bool Allowed, int Min, string Characters)[] classes =
        [
            (Lower, MinLower, LowerCharacters), (Upper, MinUpper, UpperCharacters), (Numeric, MinNumeric, NumericCharacters), (Special, MinSpecial, SpecialCharacters),
        ];
        if (classes.Any(one => one.Min > 0 && !one.Allowed) || !classes.Any(one => one.Allowed))
        {
            throw new InvalidOperationException("A generated parameter needs at least one class of characters, and none that is switched off.");
        }

        var value = new List<char>();
        foreach (var one in classes)
        {
            value.AddRange(RandomNumberGenerator.GetItems<char>(one.Characters, one.Min));
        }

        var all = string.Concat(classes.Where(one => one.Allowed).Select(one => one.Characters));
        value.AddRange(RandomNumberGenerator.GetItems<char>(all, Math.Max(0, MinLength - value.Count)));
        var characters = value.ToArray();
        RandomNumberGenerator.Shuffle<char>(characters);
        return new(characters);
    }
}

/// <summary>A fixed value, known in the AppHost.</summary>
public sealed class ConstantParameterDefault(Func<string> valueGetter) : ParameterDefault
{
    public ConstantParameterDefault(string value)
        : this(() => value)
    {
    }

    public override string GetDefaultValue() => valueGetter();
}
