using Xunit;

namespace Devex.EmbeddedS3.Tests.Contract;

[Trait("Tier", "integration")]
public sealed class EmbeddedS3Contract(EmbeddedFixture fixture) : S3Contract(fixture), IClassFixture<EmbeddedFixture>;
