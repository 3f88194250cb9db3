using Devex.Core.Errors;

namespace Devex.Core.Imports;

/// <summary>Counts what an archive, or whatever else <paramref name="what"/> says, unpacks to: what it says of itself is not believed.</summary>
internal sealed class ImportBudget(long most, string what = "archive")
{
    private readonly long _most = most;
    private long _left = most;

    /// <exception cref="ApiProblem">413 when there is no more.</exception>
    public void Take(long count)
    {
        _left -= count;
        if (_left < 0)
        {
            throw new ApiProblem(
                StatusCodes.Status413PayloadTooLarge, "import.bytes", $"The {what} unpacks to more than {_most / (1024 * 1024)} MiB, the most allowed here. Nothing was imported.");
        }
    }
}
