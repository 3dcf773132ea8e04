package io.dotkv.simulation.register;

import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;

/** What outlives the processes of a {@link RegisterNode}, unless it is lost; some copies are made of it. */
final class RegisterDisk {
    private static final int MOST_COPIES = 4;

    private final NodeId node;
    private final RandomSource random;
    private final List<Content> copies = new ArrayList<>();
    private Content content;
    private int instances = 1;
    private boolean isCopy;
    private boolean isForgetful;

    private record Content(AcceptorRecord record, Accepted known) {}

    /** @param first the value that is known from the formation */
    RegisterDisk(NodeId node, RandomSource random, Accepted first) {
        this.node = node;
        this.random = random;
        this.content = empty(first);
    }

    /** The name of the instance that a node is on its disk of this number, from 1. */
    static String instanceOf(NodeId node, int number) {
        return node.name() + number;
    }

    private Content empty(Accepted first) {
        return new Content(AcceptorRecord.empty(new AcceptorId(node, instanceOf(node, instances))), first);
    }

    AcceptorRecord record() {
        return content.record;
    }

    /** The newest value that was known to be chosen. */
    Accepted known() {
        return content.known;
    }

    void save(AcceptorRecord record) {
        content = new Content(record, content.known);
    }

    void know(Accepted known) {
        content = new Content(content.record, known);
    }

    /** One write in eight is followed by a copy. */
    void sometimesCopy() {
        if (random.nextInt(8) == 0) {
            if (copies.size() == MOST_COPIES) {
                copies.remove(random.nextInt(MOST_COPIES));
            }
            copies.add(content);
        }
    }

    /** An empty disk is in the place of the old one. */
    void lose(Accepted first, boolean keepsInstance) {
        instances += keepsInstance ? 0 : 1;
        content = empty(first);
        isForgetful = false;
        isCopy = false;
    }

    /** It is as it was at some earlier write, if there is a copy. */
    void returnToCopy() {
        if (!copies.isEmpty()) {
            content = copies.get(random.nextInt(copies.size()));
            isForgetful = true;
            isCopy = true;
        }
    }

    /** Whether it came back from a copy, and no process has started on it since. */
    boolean isCopy() {
        return isCopy;
    }

    /** A process has started on it. */
    void started() {
        isCopy = false;
    }

    /** Whether it came back from a copy, and its node has not recollected since. */
    boolean isForgetful() {
        return isForgetful;
    }

    /** Its node has recollected what a copy does not have. */
    void recollected() {
        isForgetful = false;
    }
}
