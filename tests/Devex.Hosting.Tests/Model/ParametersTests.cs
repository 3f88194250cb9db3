using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Tests.Model;

public sealed class ParametersTests
{
    private static readonly GenerateParameterDefault Key = new() { MinLength = 44, Special = false };

    [Fact]
    public void A_generated_value_is_kept_for_its_owner_alone_and_found_again()
    {
        using var sample = new Sample();
        var value = sample.Builder.AddParameter("key", Key, secret: true, persist: true).Resource.Value;
        Assert.Matches("^[0-9A-Za-z]{44}$", value);

        var file = Path.Combine(sample.Data, "secrets.json");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var again = DistributedApplication.CreateBuilder(["--Devex:DataFolder=" + sample.Data]);
        Assert.Equal(value, again.AddParameter("key", Key, secret: true, persist: true).Resource.Value);
        Assert.NotEqual(value, again.AddParameter("other", Key, secret: true, persist: true).Resource.Value);
    }

    [Fact]
    public void What_is_configured_wins_over_what_would_be_generated()
    {
        using var sample = new Sample("--Parameters:key=given", "--Parameters:other_key=underscored");
        Assert.Equal("given", sample.Builder.AddParameter("key", Key, secret: true, persist: true).Resource.Value);
        Assert.Equal("underscored", sample.Builder.AddParameter("other-key", "default").Resource.Value);
        Assert.False(File.Exists(Path.Combine(sample.Data, "secrets.json")));
    }

    [Fact]
    public async Task A_missing_value_ends_the_start_and_says_how_to_give_it()
    {
        using var sample = new Sample();
        sample.Builder.AddParameter("jwt-key", secret: true);
        sample.Builder.AddConnectionString("audit");
        await using var app = sample.Builder.Build();
        var missing = await Assert.ThrowsAsync<MissingParameterValueException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("--Parameters:jwt-key=VALUE", missing.Message);
        Assert.Contains("Parameters__jwt_key", missing.Message);
        Assert.Contains("--ConnectionStrings:audit=VALUE", missing.Message);
    }

    [Fact]
    public void A_generated_value_has_the_classes_that_were_asked_for()
    {
        var value = new GenerateParameterDefault { MinLength = 8, Lower = false, Special = false, MinNumeric = 7, MinUpper = 5 }.GetDefaultValue();
        Assert.Equal(12, value.Length);
        Assert.Equal(7, value.Count(char.IsAsciiDigit));
        Assert.Equal(5, value.Count(char.IsAsciiLetterUpper));
        Assert.Throws<InvalidOperationException>(() => new GenerateParameterDefault { Lower = false, MinLower = 1 }.GetDefaultValue());
    }

    [Fact]
    public async Task Broken_secrets_are_not_replaced()
    {
        using var sample = new Sample();
        Directory.CreateDirectory(sample.Data);
        var file = Path.Combine(sample.Data, "secrets.json");
        await File.WriteAllTextAsync(file, "{ \"Parameters:key\": ", TestContext.Current.CancellationToken);
        var parameter = sample.Builder.AddParameter("key", Key, secret: true, persist: true).Resource;
        Assert.Contains(file, Assert.Throws<DistributedApplicationException>(() => parameter.Value).Message);
        Assert.Equal("{ \"Parameters:key\": ", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }
}
