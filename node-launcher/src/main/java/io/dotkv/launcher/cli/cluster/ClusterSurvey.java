package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.client.Endpoint;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Member;
import io.dotkv.proto.cluster.v1.Phase;
import io.dotkv.proto.storage.v1.DescribeRequest;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A round of questions to every endpoint and every member, all at once: who answers, how each sees the cluster, and
 * what each storage says of itself.
 *
 * <p>A member is asked where an endpoint reached it, because the address it goes by among its peers (the name of a
 * container, say) may mean nothing here; only members that no endpoint reached are looked for at that address.
 */
final class ClusterSurvey {
    /** A view and where it was got. */
    private record Answer(Endpoint at, GetClusterResponse view) {}

    private final Client client;
    private final List<Answer> answers = new ArrayList<>();

    ClusterSurvey(Client client) {
        this.client = client;
    }

    /** Asks the endpoints how they see the cluster; fails when none answers. */
    void askEndpoints() throws CallFailed {
        List<Callable<Answer>> questions = new ArrayList<>();
        client.endpoints().forEach(endpoint -> questions.add(() -> view(endpoint)));
        CallFailed last = null;
        for (Future<Answer> future : all(questions)) {
            try {
                answers.add(future.get());
            } catch (ExecutionException | InterruptedException failed) {
                last = failed.getCause() instanceof CallFailed failure ? failure : last;
            }
        }
        if (answers.isEmpty() && last != null) {
            throw last;
        }
    }

    /** The views got so far. */
    Collection<GetClusterResponse> views() {
        return answers.stream().map(Answer::view).toList();
    }

    /** Where a node that is in a cluster was reached. */
    Endpoint reachedInACluster() {
        return answers.stream()
                .filter(answer -> answer.view.getPhase() == Phase.FORMED)
                .findFirst()
                .orElseThrow()
                .at;
    }

    /** Looks at every member that any view names, in order of name. */
    List<NodeReport> lookAtMembers() {
        Map<String, Member> members = new TreeMap<>();
        views().forEach(view -> view.getMembersList().forEach(member -> members.putIfAbsent(member.getNode(), member)));
        List<Callable<NodeReport>> questions = new ArrayList<>();
        members.values().forEach(member -> questions.add(() -> look(member)));
        List<NodeReport> sights = new ArrayList<>();
        for (Future<NodeReport> future : all(questions)) {
            sights.add(future.resultNow());
        }
        return sights;
    }

    private NodeReport look(Member member) {
        Answer reached = answers.stream()
                .filter(answer -> answer.view.getAnsweredBy().equals(member.getNode()))
                .findFirst()
                .orElse(null);
        boolean onePort =
                member.getAddresses().getStorage().equals(member.getAddresses().getCluster());
        if (reached != null) {
            String storage =
                    onePort ? reached.at.toString() : member.getAddresses().getStorage();
            return new NodeReport(
                    member.getNode(), reached.at.toString(), Optional.of(reached.view), describe(storage), false);
        }
        String address = member.getAddresses().getCluster();
        Optional<DescribeResponse> storage = describe(member.getAddresses().getStorage());
        try {
            GetClusterResponse view = view(Endpoint.parse(address)).view;
            boolean same = view.getAnsweredBy().equals(member.getNode());
            return new NodeReport(
                    member.getNode(), address, same ? Optional.of(view) : Optional.empty(), storage, false);
        } catch (CallFailed failure) {
            return new NodeReport(member.getNode(), address, Optional.empty(), storage, failure.nobodyListens());
        } catch (IllegalArgumentException noAddress) {
            return new NodeReport(member.getNode(), address, Optional.empty(), storage, false);
        }
    }

    private Answer view(Endpoint endpoint) throws CallFailed {
        return new Answer(
                endpoint,
                client.readAt(
                        endpoint, ClusterServiceGrpc.getGetClusterMethod(), GetClusterRequest.getDefaultInstance()));
    }

    private Optional<DescribeResponse> describe(String address) {
        try {
            return Optional.of(client.readAt(
                    Endpoint.parse(address),
                    StorageServiceGrpc.getDescribeMethod(),
                    DescribeRequest.getDefaultInstance()));
        } catch (CallFailed | IllegalArgumentException unanswered) {
            return Optional.empty();
        }
    }

    private static <T> List<Future<T>> all(List<Callable<T>> questions) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(questions);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the nodes", interrupted);
        }
    }
}
