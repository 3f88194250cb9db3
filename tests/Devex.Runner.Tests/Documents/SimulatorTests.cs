using CsCheck;
using Devex.Runner.Documents;
using Devex.Runner.Sessions;
using Xunit;

namespace Devex.Runner.Tests.Documents;

/// <summary>Many pages edit one document over a network that delays, drops, doubles and reorders.</summary>
public sealed class SimulatorTests
{
    [Fact]
    public void Everyone_arrives_at_the_same_text() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        using var fixture = new DocumentFixture();
        File.WriteAllText(fixture["a.txt"], "hello\nworld\n");
        var random = new Random(seed);
        var first = fixture.Open("a.txt", 1);
        var document = first.Document;
        var pages = Enumerable.Range(0, 4).Select(i => new SimulatedPage($"page{i}", first.Opened.Text!, random)).ToList();
        var history = new List<Update>();
        for (var step = 0; step < 200; step++)
        {
            var page = pages[random.Next(pages.Count)];
            switch (random.Next(5))
            {
                case 0 or 1: page.Type(); break;
                case 2: page.Push(); break;
                case 3: Deliver(page); break;
                default: page.Receive(history, random.Next(1, 4)); break;
            }
        }

        // The network heals.
        while (pages.Any(page => page.Unconfirmed.Count > 0 || page.Version < history.Count))
        {
            foreach (var page in pages)
            {
                page.Push();
                while (page.InFlight.Count > 0) Deliver(page);
                page.Receive(history, int.MaxValue);
            }
        }

        document.Flush();
        var text = File.ReadAllText(fixture["a.txt"]);
        Assert.All(pages, page => Assert.Equal(text, page.Text));

        void Deliver(SimulatedPage page)
        {
            if (page.TakePush(random) is not { } push) return;
            try
            {
                document.Push(first.Connection, push.Version, push.Updates);
            }
            catch (SessionException e) when (e.Reason == "documents.stale")
            {
                // An old push that arrives after a newer one of the same page.
            }

            history.Clear();
            history.AddRange(first.Told("documents.updates")
                .SelectMany(told => told.GetProperty("updates").EnumerateArray())
                .Select(update => new Update(
                    update.GetProperty("client").GetString()!, update.GetProperty("n").GetInt64(), Changes.Parse(update.GetProperty("changes").GetRawText()))));
        }
    }, iter: 60, threads: 1);
}

/// <summary>What a browser's page does, by CodeMirror's rules: updates are received one at a time.</summary>
internal sealed class SimulatedPage(string client, string text, Random random)
{
    private long _n;

    public string Text { get; private set; } = text;

    public int Version { get; private set; }

    public List<Update> Unconfirmed { get; } = [];

    /// <summary>Pushes on the wire: dropped, doubled and overtaken at will.</summary>
    public List<(long Version, List<Update> Updates)> InFlight { get; } = [];

    public void Type()
    {
        var at = random.Next(Text.Length + 1);
        var change = ChangeSet.Replace(Text.Length, at, Math.Min(random.Next(3), Text.Length - at), new string((char)('a' + random.Next(26)), random.Next(3)));
        if (change.IsEmpty) return;
        Text = Changes.Apply(Text, change);
        Unconfirmed.Add(new Update(client, ++_n, change));
    }

    public void Push()
    {
        if (Unconfirmed.Count > 0) InFlight.Add((Version, [.. Unconfirmed]));
    }

    public (long Version, List<Update> Updates)? TakePush(Random network)
    {
        if (InFlight.Count == 0) return null;
        var index = network.Next(InFlight.Count);
        var push = InFlight[index];
        if (network.Next(4) > 0) InFlight.RemoveAt(index);
        return network.Next(5) == 0 ? null : push;
    }

    public void Receive(List<Update> history, int most)
    {
        for (; most > 0 && Version < history.Count; most--)
        {
            var update = history[Version++];
            if (Unconfirmed.Count > 0 && Unconfirmed[0].IsSameAs(update))
            {
                Unconfirmed.RemoveAt(0);
                continue;
            }

            var foreign = update.Changes;
            for (var i = 0; i < Unconfirmed.Count; i++)
            {
                var own = Unconfirmed[i].Changes;
                Unconfirmed[i] = new Update(client, Unconfirmed[i].N, own.Map(foreign));
                foreign = foreign.Map(own, before: true);
            }

            Text = Changes.Apply(Text, foreign);
        }
    }
}
