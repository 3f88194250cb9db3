using Devex.Core.Runtimes.Kubernetes.Pods;
using k8s.Models;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>What a pod's status is taken to mean.</summary>
public sealed class PodTests
{
    private static V1Pod Pod(V1ContainerStatus? restore = null, V1ContainerStatus? runner = null, string phase = "Running") => new()
    {
        Metadata = new V1ObjectMeta { Name = "pod", Uid = "uid" },
        Spec = new V1PodSpec { NodeName = "node" },
        Status = new V1PodStatus
        {
            Phase = phase,
            InitContainerStatuses = restore is null ? [] : [restore],
            ContainerStatuses = runner is null ? [] : [runner],
        },
    };

    private static V1ContainerStatus Restore(V1ContainerState? state = null, V1ContainerState? last = null) => new() { Name = "restore", State = state, LastState = last };

    private static V1ContainerStatus Runner(V1ContainerState? state = null, V1ContainerState? last = null, int restarts = 0) =>
        new() { Name = "runner", Image = "image", State = state, LastState = last, RestartCount = restarts };

    private static V1ContainerState Running() => new() { Running = new V1ContainerStateRunning() };

    private static V1ContainerState Waiting(string reason, string message = "why") => new() { Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message } };

    private static V1ContainerState Ended(int code, string? reason = null) => new() { Terminated = new V1ContainerStateTerminated { ExitCode = code, Reason = reason } };

    [Fact]
    public void Files_count_as_restored_from_the_end_of_restore_on_and_whatever_runs_again_later()
    {
        Assert.False(Pod().IsRestored());
        Assert.False(Pod(Restore(Running())).IsRestored());
        Assert.False(Pod(Restore(Waiting("CrashLoopBackOff"), Ended(4))).IsRestored());
        Assert.True(Pod(Restore(Ended(0))).IsRestored());
        // After the node's reboot restore runs once more, over files that are newer.
        Assert.True(Pod(Restore(Running(), Ended(0))).IsRestored());
        Assert.True(Pod(Restore(Running()), Runner(Waiting("PodInitializing"), restarts: 1)).IsRestored());
        Assert.True(Pod(Restore(Waiting("PodInitializing")), Runner(Waiting("PodInitializing"), Ended(137))).IsRestored());
    }

    [Fact]
    public void A_container_comes_from_the_end_of_restore_until_the_kubelet_first_says_something_of_it()
    {
        Assert.True(PodLook.IsComing(Pod(Restore(Ended(0))), "runner"));
        Assert.True(PodLook.IsComing(Pod(Restore(Ended(0)), Runner(Waiting("PodInitializing"))), "runner"));
        Assert.True(PodLook.IsComing(Pod(Restore(Ended(0)), Runner(Waiting("ContainerCreating"))), "runner"));
        Assert.False(PodLook.IsComing(Pod(), "runner"));
        Assert.False(PodLook.IsComing(Pod(Restore(Running()), Runner(Waiting("PodInitializing"))), "runner"));
        Assert.False(PodLook.IsComing(Pod(Restore(Ended(4)), Runner(Waiting("PodInitializing"))), "runner"));
        Assert.False(PodLook.IsComing(Pod(Restore(Ended(0)), Runner(Running())), "runner"));
        Assert.False(PodLook.IsComing(Pod(Restore(Ended(0)), Runner(Ended(137))), "runner"));
        Assert.False(PodLook.IsComing(Pod(Restore(Ended(0)), Runner(Waiting("ImagePullBackOff"))), "runner"));
        Assert.False(PodLook.IsComing(Pod(Restore(Ended(0)), Runner(Waiting("CrashLoopBackOff"), Ended(1), restarts: 1)), "runner"));
        // After a reboot of the node it runs again, when restore has.
        Assert.False(PodLook.IsComing(Pod(Restore(Running(), Ended(0)), Runner(Waiting("PodInitializing"), Ended(137))), "runner"));
        Assert.False(PodLook.IsComing(Pod(Restore(Ended(0)), phase: "Failed"), "runner"));
        var leaving = Pod(Restore(Ended(0)));
        leaving.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        Assert.False(PodLook.IsComing(leaving, "runner"));
    }

    [Fact]
    public void A_pod_that_failed_or_is_told_to_end_serves_nobody()
    {
        Assert.True(PodLook.IsRunning(Pod(runner: Runner(Running())), "runner"));
        Assert.False(PodLook.IsRunning(Pod(runner: Runner(Running()), phase: "Failed"), "runner"));
        var leaving = Pod(runner: Runner(Running()));
        leaving.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        Assert.False(PodLook.IsRunning(leaving, "runner"));
        Assert.True(leaving.IsLive());
    }

    [Fact]
    public void What_fails_is_named_in_words()
    {
        Assert.Equal("The image image cannot be pulled.", PodWords.Failure(Pod(runner: Runner(Waiting("ImagePullBackOff")))));
        Assert.Null(PodWords.Failure(Pod(runner: Runner(Waiting("ErrImagePull")))));
        Assert.Equal("The image image is not there: why", PodWords.Failure(Pod(runner: Runner(Waiting("InvalidImageName")))));
        Assert.Equal("The container 'runner' cannot be made: why", PodWords.Failure(Pod(runner: Runner(Waiting("CreateContainerConfigError")))));
        var evicted = Pod(phase: "Failed");
        (evicted.Status.Reason, evicted.Status.Message) = ("Evicted", "The node was low on resource: memory.");
        Assert.Equal("its node ended it: The node was low on resource: memory.", PodWords.Failure(evicted));
        Assert.Equal("it took more memory than it may and was killed", PodWords.Exit(Ended(137, "OOMKilled").Terminated));
        Assert.Equal("it was ended by signal 9", PodWords.Exit(Ended(137).Terminated));
        Assert.Equal("exit code 3", PodWords.Exit(Ended(3).Terminated));
    }

    [Fact]
    public void A_start_tells_what_it_waits_for()
    {
        var homeless = Pod(phase: "Pending");
        homeless.Spec.NodeName = null;
        homeless.Status.Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Message = "0/3 nodes are available: 3 Insufficient memory." }];
        Assert.Equal(PodWords.Scheduling, PodWords.Stage(null, [], false));
        Assert.Equal(PodWords.WaitingForRoom, PodWords.Stage(homeless, [], false));
        Assert.Contains("3 Insufficient memory", PodWords.Patience(homeless), StringComparison.Ordinal);
        Assert.Equal(PodWords.Pulling, PodWords.Stage(Pod(), [Event("Pulled", 1), Event("Pulling", 2)], false));
        Assert.Null(PodWords.Stage(Pod(), [Event("Pulling", 1), Event("Pulled", 2)], false));
        Assert.Equal(PodWords.Restoring, PodWords.Stage(Pod(Restore(Running())), [], false));
        Assert.Equal(PodWords.WaitingForSave, PodWords.Stage(Pod(Restore(Running())), [], otherLeaving: true));

        static Corev1Event Event(string reason, int version) => new() { Reason = reason, Metadata = new V1ObjectMeta { ResourceVersion = $"{version}" } };
    }
}
