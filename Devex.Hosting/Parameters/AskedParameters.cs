using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Dashboard;

namespace Devex.Hosting.Parameters;

/// <summary>The parameters of this run. One without a value ends the start, or, where somebody can be asked, is asked for.</summary>
internal sealed class AskedParameters(IResourceCollection resources, GeneratedSecrets secrets)
{
    /// <summary>Called after a value was asked for or given: must return at once.</summary>
    public event Action? Changed;

    public IEnumerable<string> Missing => resources.OfType<ParameterResource>().Where(parameter => parameter.IsAsked).Select(parameter => parameter.Name);

    /// <param name="canAsk">Whether there is somebody who can be asked.</param>
    /// <exception cref="MissingParameterValueException">Values are missing and nobody can be asked; the message names them all.</exception>
    public void Check(bool canAsk)
    {
        var messages = new List<string>();
        foreach (var parameter in resources.OfType<ParameterResource>())
        {
            try
            {
                _ = parameter.Value;
            }
            catch (MissingParameterValueException missing)
            {
                messages.Add(missing.Message);
                if (canAsk)
                {
                    parameter.Ask();
                }
            }
        }

        if (messages.Count > 0 && !canAsk)
        {
            throw new MissingParameterValueException(string.Join(Environment.NewLine, messages));
        }

        Changed?.Invoke();
    }

    /// <param name="name">The parameter.</param>
    /// <param name="value">Its value.</param>
    /// <param name="keep">Whether later runs have it too.</param>
    /// <returns>Whether it was asked for and not given yet.</returns>
    public bool Give(string name, string value, bool keep)
    {
        if (resources.OfType<ParameterResource>().FirstOrDefault(parameter => parameter.Name == name) is not { } parameter || !parameter.Give(value))
        {
            return false;
        }

        if (keep)
        {
            secrets.Keep($"Parameters:{name}", value);
        }

        Changed?.Invoke();
        return true;
    }

    public IReadOnlyList<ParameterInfo> All() => [.. resources.OfType<ParameterResource>().Select(parameter => new ParameterInfo(
        parameter.Name,
        parameter.TryGetLastAnnotation<ParameterDescriptionAnnotation>(out var description) ? description.Description : null,
        parameter.Secret,
        parameter.IsAsked,
        parameter.IsAsked ? null : parameter.Value))];
}
