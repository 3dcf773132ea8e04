package io.dotkv.gossip;

import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The peers of a node, which of them owe an answer, and which new ones have not been met yet. Choosing costs as much as
 * what is chosen, however many peers there are.
 */
final class Peers {
    private static final int MAX_GREETINGS = 5;

    private final String self;
    private final RandomSource random;
    private final Map<Peer, Integer> unmet = new LinkedHashMap<>();
    private final Set<Peer> busy = new HashSet<>();
    private List<Peer> all = new ArrayList<>();
    private Set<Peer> members = Set.of();

    Peers(String self, RandomSource random) {
        this.self = self;
        this.random = random;
    }

    /** Replaces the peers; so many of those that are new are to be met. */
    void replace(List<Peer> peers, int greetings) {
        List<Peer> others = new ArrayList<>(peers.stream()
                .distinct()
                .filter(peer -> !peer.name().equals(self))
                .toList());
        List<Peer> added = new ArrayList<>(
                others.stream().filter(peer -> !members.contains(peer)).toList());
        all = others;
        members = new HashSet<>(others);
        unmet.keySet().retainAll(members);
        choose(added, greetings).forEach(peer -> unmet.put(peer, 0));
    }

    List<Peer> all() {
        return List.copyOf(all);
    }

    int size() {
        return all.size();
    }

    boolean contains(Peer peer) {
        return members.contains(peer);
    }

    /** So many random peers that owe no answer, or as many as there are. */
    List<Peer> randomIdle(int count) {
        return choose(all, count);
    }

    /* Shuffles the front of the list only; its order means nothing. */
    private List<Peer> choose(List<Peer> candidates, int count) {
        List<Peer> chosen = new ArrayList<>();
        for (int i = 0; i < candidates.size() && chosen.size() < count; i++) {
            Collections.swap(candidates, i, i + random.nextInt(candidates.size() - i));
            if (!busy.contains(candidates.get(i))) {
                chosen.add(candidates.get(i));
            }
        }
        return chosen;
    }

    boolean hasUnmet() {
        return !unmet.isEmpty();
    }

    /** A peer to be met that owes no answer. */
    Optional<Peer> nextUnmet() {
        return unmet.keySet().stream().filter(peer -> !busy.contains(peer)).findFirst();
    }

    /** The peer owes an answer until it is {@link #idle}. */
    void busy(Peer peer) {
        busy.add(peer);
    }

    void idle(Peer peer) {
        busy.remove(peer);
    }

    /** The peer has answered a comparison. */
    void met(Peer peer) {
        unmet.remove(peer);
    }

    /** The peer has not answered; one that is to be met is tried a few times more, after the others. */
    void missed(Peer peer) {
        Integer greetings = unmet.remove(peer);
        if (greetings != null && greetings < MAX_GREETINGS) {
            unmet.put(peer, greetings + 1);
        }
    }
}
