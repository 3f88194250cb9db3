using Xunit;

namespace Devex.Gateway.Tests.Fixtures;

/// <summary>Tests that take the machine for themselves.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
