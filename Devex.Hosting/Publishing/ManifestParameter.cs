using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Publishing;

/// <summary><c>parameter.v0</c>: its value is an input of the deployment, never what it is here.</summary>
internal static class ManifestParameter
{
    public static void Write(Utf8JsonWriter json, ParameterResource parameter)
    {
        json.WriteStartObject(parameter.Name);
        json.WriteString("type", "parameter.v0");
        if (parameter.IsConnectionString)
        {
            json.WriteString("connectionString", $"{{{parameter.Name}.value}}");
        }

        json.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        json.WriteStartObject("inputs");
        json.WriteStartObject("value");
        json.WriteString("type", "string");
        if (parameter.Secret)
        {
            json.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } value)
        {
            json.WriteStartObject("default");
            Default(json, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Default(Utf8JsonWriter json, ParameterDefault value)
    {
        if (value is not GenerateParameterDefault generated)
        {
            json.WriteString("value", value.GetDefaultValue());
            return;
        }

        json.WriteStartObject("generate");
        json.WriteNumber("minLength", generated.MinLength);
        foreach (var (name, allowed) in ((string, bool)[])[("lower", generated.Lower), ("upper", generated.Upper), ("numeric", generated.Numeric), ("special", generated.Special)])
        {
            if (!allowed)
            {
                json.WriteBoolean(name, false);
            }
        }

        foreach (var (name, least) in ((string, int)[])
            [("minLower", generated.MinLower), ("minUpper", generated.MinUpper), ("minNumeric", generated.MinNumeric), ("minSpecial", generated.MinSpecial)])
        {
            if (least > 0)
            {
                json.WriteNumber(name, least);
            }
        }

        json.WriteEndObject();
    }
}
