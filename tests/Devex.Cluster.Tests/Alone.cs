using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>Tests that take something away from everybody: Core, the storage, the node.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
