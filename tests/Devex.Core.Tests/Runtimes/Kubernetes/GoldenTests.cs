using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Testing;
using k8s;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>The generated objects, whole, beside the files in <c>Golden/</c>. <c>DEVEX_WRITE_GOLDEN=1</c> writes those anew; what changed is then read in the diff.</summary>
public sealed class GoldenTests
{
    private static readonly string Folder = Path.Combine(BuiltProgram.RepositoryRoot, "tests/Devex.Core.Tests/Runtimes/Kubernetes/Golden");

    public static TheoryData<string> Names => [.. All().Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_object_is_as_it_was_agreed_on(string name)
    {
        var made = KubernetesYaml.Serialize(All().Single(sample => sample.Name == name).Item).TrimEnd() + "\n";
        var path = Path.Combine(Folder, name + ".yaml");
        if (Environment.GetEnvironmentVariable("DEVEX_WRITE_GOLDEN") == "1")
            File.WriteAllText(path, made);
        Assert.Equal(File.ReadAllText(path), made);
    }

    [Fact]
    public void The_same_inputs_give_the_same_objects() =>
        Assert.All(All().Zip(All()), pair => Assert.Equal(KubernetesJson.Serialize(pair.First.Item), KubernetesJson.Serialize(pair.Second.Item)));

    private static IEnumerable<(string Name, object Item)> All() =>
        from sample in (IEnumerable<(string Name, PodInputs Inputs)>)[("least", Samples.Least), ("everything", Samples.Everything)]
        from item in (IEnumerable<(string Kind, object Item)>)
        [
            ("secret", SessionObjects.Secret(sample.Inputs, "http://10.96.3.4:7071", "TOKEN")),
            ("deployment", SessionObjects.Deployment(sample.Inputs)),
            ("service", SessionObjects.Service(sample.Inputs)),
            ("ingress", SessionObjects.Ingress(sample.Inputs, "7k2m9xq4v8bt.repl.example")),
            ("network", SessionNetwork.Policy(sample.Inputs.Options)),
            ("save", SessionContainers.Save(sample.Inputs, "att3mpt001")),
            ("end", SessionContainers.End(sample.Inputs, "0")),
        ]
        select ($"{item.Kind}-{sample.Name}", item.Item);
}
