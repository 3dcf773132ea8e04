package io.dotkv.gossip;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The broadcast protocol of one node: rumours pushed to random peers while they are news, and digests compared with a
 * random peer now and then, which finds what got lost. It says what to send and is told what came back; it has no thread,
 * no socket and no clock.
 *
 * <p>Source: A. Demers et al., <i>Epidemic Algorithms for Replicated Database Maintenance</i>, PODC 1987: rumour mongering
 * (1.4) backed up by anti-entropy (1.3). Here anti-entropy compares digests of versions and both sides bring the other up
 * to date.
 *
 * <p>Invariants: a peer has at most one exchange on its way from here; every buffer is bounded by the settings; a subject's
 * version never goes back. One thread.
 */
final class Epidemic {
    /* A publisher that comes back with a version behind what it published in an earlier life (its clock went back and its
    disk was lost) would be ignored. Seeing its own name on a version that it did not give out, it jumps ahead of that
    version and publishes again what it already has published in this life. */

    private static final int MAX_STEPS = 16;
    private static final int MAX_GREETINGS = 5;

    private final GossipSettings settings;
    private final RandomSource random;
    private final RumourStore store;
    private final HotRumours hot = new HotRumours();
    private final Set<SubjectKey> published = new HashSet<>();
    private final Map<Peer, Integer> unmet = new LinkedHashMap<>();
    private final Set<Peer> busy = new HashSet<>();
    private List<Peer> peers = List.of();
    private List<Rumour> news = new ArrayList<>();
    private long generation;
    private long sequence;
    private long dropped;

    Epidemic(GossipSettings settings, long generation, RandomSource random) {
        this.settings = settings;
        this.generation = generation;
        this.random = random;
        this.store = new RumourStore(settings);
    }

    /** Something to send. Whatever becomes of it is reported by {@link #answered} or {@link #failed}. */
    record Send(Peer peer, Exchange exchange, int step) {}

    /** Makes the payload the current one of the subject, newer than everything known about it. */
    Version publish(String topic, String subject, Bytes payload) {
        Limits.checkSubject(topic, subject);
        SubjectKey key = new SubjectKey(topic, subject);
        Rumour rumour = new Rumour(topic, subject, payload, nextVersion(key));
        if (!take(rumour)) {
            throw new GossipFullException("There is no room to publish about \"" + subject + "\" in topic \"" + topic
                    + "\": " + store.subjects() + " subjects in " + store.topics() + " topics with "
                    + store.storedBytes()
                    + " bytes are kept. Nothing was published.");
        }
        published.add(key);
        return rumour.version();
    }

    private Version nextVersion(SubjectKey key) {
        Version next = new Version(generation, sequence + 1, settings.self());
        Optional<Version> known = store.get(key).map(Rumour::version);
        if (known.isPresent() && known.get().compareTo(next) >= 0) {
            next = new Version(known.get().generation() + 1, 1, settings.self());
        }
        generation = next.generation();
        sequence = next.sequence();
        return next;
    }

    /** Replaces the peers; digests are compared soon with a few of the new ones. */
    void setPeers(List<Peer> newPeers) {
        List<Peer> others = newPeers.stream()
                .distinct()
                .filter(peer -> !peer.name().equals(settings.self()))
                .toList();
        unmet.keySet().retainAll(new HashSet<>(others));
        Set<Peer> before = new HashSet<>(peers);
        List<Peer> added =
                others.stream().filter(peer -> !before.contains(peer)).toList();
        choose(added, settings.fanout()).forEach(peer -> unmet.put(peer, 0));
        peers = others;
    }

    List<Peer> peers() {
        return peers;
    }

    /** One round: news to a few random peers, and a comparison with one peer that is new. */
    List<Send> round() {
        List<Send> sends = new ArrayList<>();
        greeting().ifPresent(sends::add);
        if (!hot.isEmpty()) {
            for (Peer peer : randomIdle(settings.fanout())) {
                List<Rumour> batch =
                        hot.fill(new Batch(settings), store, peers.size() + 1).rumours();
                if (batch.isEmpty()) {
                    break;
                }
                sends.add(send(peer, new Exchange(settings.self(), batch, Optional.empty()), 0));
            }
        }
        return sends;
    }

    private Optional<Send> greeting() {
        Optional<Peer> peer = unmet.keySet().stream()
                .filter(candidate -> !busy.contains(candidate))
                .findFirst();
        return peer.map(this::comparison);
    }

    /** A comparison of digests with a random peer. */
    Optional<Send> compare() {
        return randomIdle(1).stream().findFirst().map(this::comparison);
    }

    private Send comparison(Peer peer) {
        return send(peer, new Exchange(settings.self(), List.of(), Optional.of(store.digest())), 0);
    }

    private Send send(Peer peer, Exchange exchange, int step) {
        busy.add(peer);
        return new Send(peer, exchange, step);
    }

    /** Takes what a peer sent and says what it lacks and what is wanted of it. */
    ExchangeAnswer receive(Exchange exchange) {
        exchange.rumours().forEach(this::hear);
        return exchange.digest().map(this::answer).orElse(ExchangeAnswer.NOTHING);
    }

    private ExchangeAnswer answer(List<DigestEntry> digest) {
        Map<SubjectKey, Version> theirs = new HashMap<>();
        List<DigestEntry> wanted = new ArrayList<>();
        for (DigestEntry entry : digest) {
            theirs.put(entry.key(), entry.version());
            Optional<Version> ours = store.get(entry.key()).map(Rumour::version);
            if (ours.isEmpty() || ours.get().compareTo(entry.version()) < 0) {
                wanted.add(entry);
            }
        }
        Batch lacking = new Batch(settings);
        for (Rumour rumour : store.all()) {
            Version version = theirs.get(rumour.key());
            if (version == null || version.compareTo(rumour.version()) < 0) {
                lacking.add(rumour);
            }
        }
        return new ExchangeAnswer(lacking.rumours(), wanted);
    }

    /** Takes the answer; gives the next step of a comparison that is not through. */
    Optional<Send> answered(Send sent, ExchangeAnswer answer) {
        busy.remove(sent.peer());
        if (sent.exchange().digest().isPresent()) {
            unmet.remove(sent.peer());
        }
        boolean learned = false;
        for (Rumour rumour : answer.rumours()) {
            learned |= hear(rumour);
        }
        Batch batch = new Batch(settings);
        answer.wanted().forEach(entry -> store.get(entry.key()).ifPresent(batch::add));
        boolean again = learned || batch.truncated();
        if ((batch.rumours().isEmpty() && !again) || sent.step() >= MAX_STEPS || !peers.contains(sent.peer())) {
            return Optional.empty();
        }
        Optional<List<DigestEntry>> digest = again ? Optional.of(store.digest()) : Optional.empty();
        return Optional.of(send(sent.peer(), new Exchange(settings.self(), batch.rumours(), digest), sent.step() + 1));
    }

    /** No answer came. What was lost is found by a later comparison; a new peer is tried a few times more. */
    void failed(Send sent) {
        busy.remove(sent.peer());
        Integer greetings = unmet.remove(sent.peer());
        if (greetings != null && greetings < MAX_GREETINGS) {
            unmet.put(sent.peer(), greetings + 1);
        }
    }

    private boolean hear(Rumour rumour) {
        if (isFromAnEarlierLife(rumour.version())) {
            generation = rumour.version().generation() + 1;
            sequence = 0;
            Optional<Rumour> ours = store.get(rumour.key());
            if (published.contains(rumour.key()) && ours.isPresent() && isMine(ours.get())) {
                publish(rumour.topic(), rumour.subject(), ours.get().payload());
                return true;
            }
        }
        return take(rumour);
    }

    private boolean isMine(Rumour rumour) {
        return rumour.version().publisher().equals(settings.self());
    }

    private boolean isFromAnEarlierLife(Version version) {
        boolean ahead = version.generation() > generation
                || (version.generation() == generation && version.sequence() > sequence);
        return ahead && version.publisher().equals(settings.self()) && version.generation() < Version.MAX_NUMBER;
    }

    private boolean take(Rumour rumour) {
        return switch (store.offer(rumour)) {
            case TAKEN -> {
                hot.heat(rumour.key());
                news.add(rumour);
                yield true;
            }
            case OLD -> false;
            case FULL -> {
                dropped++;
                yield false;
            }
        };
    }

    /** Everything new since the last call, in the order of arrival. */
    List<Rumour> takeNews() {
        List<Rumour> taken = news;
        news = new ArrayList<>();
        return taken;
    }

    List<Rumour> ofTopic(String topic) {
        return store.ofTopic(topic);
    }

    /** The generation in use; it may have been raised. */
    long generation() {
        return generation;
    }

    GossipStatistics statistics() {
        return new GossipStatistics(store.topics(), store.subjects(), store.storedBytes(), hot.size(), dropped);
    }

    private List<Peer> randomIdle(int count) {
        return choose(peers.stream().filter(peer -> !busy.contains(peer)).toList(), count);
    }

    private List<Peer> choose(List<Peer> candidates, int count) {
        List<Peer> rest = new ArrayList<>(candidates);
        List<Peer> chosen = new ArrayList<>();
        while (!rest.isEmpty() && chosen.size() < count) {
            int index = random.nextInt(rest.size());
            chosen.add(rest.get(index));
            rest.set(index, rest.getLast());
            rest.removeLast();
        }
        return chosen;
    }
}
