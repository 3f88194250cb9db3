using Devex.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Contract;

/// <summary>The same contract over an independent server: what holds here is S3, not our reading of it.</summary>
[Trait("Tier", "integration")]
public sealed class MotoS3Contract : S3Contract, IClassFixture<MotoFixture>
{
    public MotoS3Contract(MotoFixture fixture)
        : base(fixture) => Assert.SkipUnless(MotoProgram.IsAvailable, MotoProgram.Missing);
}
