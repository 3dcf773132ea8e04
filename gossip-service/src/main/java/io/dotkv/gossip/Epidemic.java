package io.dotkv.gossip;

import io.dotkv.gossip.rumour.Comparison;
import io.dotkv.gossip.rumour.Comparison.Reaction;
import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.HotRumours;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourBatch;
import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.RumourStore;
import io.dotkv.gossip.rumour.SubjectKey;
import io.dotkv.gossip.rumour.SubjectRange;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.RandomSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The broadcast protocol of one node: rumours pushed to random peers while they are news, and a comparison with a
 * random peer now and then, which finds what got lost. It says what to send and is told what came back and what time it
 * is; it has no thread, no socket and no clock.
 *
 * <p>Source: A. Demers et al., <i>Epidemic Algorithms for Replicated Database Maintenance</i>, PODC 1987: rumour
 * mongering (1.4) backed up by anti-entropy (1.3), with checksums as there; here a difference is looked for in the
 * hashes of ever smaller ranges ({@link Comparison}), and both sides bring the other up to date.
 *
 * <p>Invariants: a peer has at most one exchange on its way from here; every buffer is bounded by the settings; a
 * subject's version never goes back before it has lapsed; nothing that has lapsed is taken. What an event costs depends
 * on what it carries and not on the number of peers, and but logarithmically on the number of subjects. One thread.
 */
public final class Epidemic {
    /* A publisher that comes back with a version behind what it published in an earlier life (its clock went back and
     * its disk was lost) would be ignored. Seeing its own name on a version that it did not give out, it jumps ahead of
     * that version and publishes again what it already has published in this life. */

    private static final int MAX_STEPS = 32;

    private final GossipSettings settings;
    private final RumourStore store;
    private final Peers peers;
    private final HotRumours hot = new HotRumours();
    private final Set<SubjectKey> published = new HashSet<>();
    private List<Rumour> news = new ArrayList<>();
    private long nowMillis;
    private long generation;
    private long sequence;
    private long dropped;
    private long lapsed;

    public Epidemic(GossipSettings settings, long generation, RandomSource random) {
        this.settings = settings;
        this.generation = generation;
        this.store = new RumourStore(settings.rumours());
        this.peers = new Peers(settings.self(), random);
    }

    /**
     * Something to send. Whatever becomes of it is reported by {@link #answered} or {@link #failed}.
     *
     * @param step how many messages of the comparison came before it
     * @param fruitful whether rumours went one way or the other since the comparison began, or began anew
     */
    public record Send(Peer peer, GossipExchange exchange, int step, boolean fruitful) {}

    /** It is that time now, by the wall clock, for all that follows; what has lapsed is forgotten. */
    void pass(long wallMillis) {
        nowMillis = wallMillis;
        for (SubjectKey key : store.lapse(wallMillis)) {
            hot.cool(key);
            published.remove(key);
            lapsed++;
        }
    }

    /** Makes the payload the current one of the subject, newer than everything known about it. */
    Version publish(String topic, String subject, Bytes payload, Optional<Duration> lifetime) {
        RumourLimits.checkSubject(topic, subject);
        lifetime.ifPresent(RumourLimits::checkLifetime);
        return publish(topic, subject, payload, lapsesAtMillis(topic, subject, lifetime));
    }

    private long lapsesAtMillis(String topic, String subject, Optional<Duration> lifetime) {
        if (lifetime.isEmpty()) {
            return Rumour.NEVER;
        }
        long knownMillis = store.get(SubjectKey.of(topic, subject))
                .map(Rumour::lapsesAtMillis)
                .orElse(0L);
        if (knownMillis == Rumour.NEVER) {
            throw new IllegalArgumentException("Subject \"" + subject + "\" of topic \"" + topic
                    + "\" has no lifetime, so it cannot be given one. Nothing was published.");
        }
        return Math.max(knownMillis, nowMillis + lifetime.get().toMillis());
    }

    private Version publish(String topic, String subject, Bytes payload, long lapsesAtMillis) {
        SubjectKey key = SubjectKey.of(topic, subject);
        Rumour rumour = new Rumour(topic, subject, payload, nextVersion(key), lapsesAtMillis);
        if (offer(rumour) != RumourStore.Offer.TAKEN) {
            throw new GossipFullException("No space to publish about \"" + subject + "\" in topic \"" + topic
                    + "\": " + store.ofTopic(topic).size() + " subjects of it are kept, and " + store.topics()
                    + " topics. Nothing was published.");
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

    /** Replaces the peers; a comparison is soon made with a few of the new ones. */
    public void setPeers(List<Peer> newPeers) {
        peers.replace(newPeers, settings.fanout());
    }

    List<Peer> peers() {
        return peers.all();
    }

    /** Whether a {@link #round} would have something to send, now or when peers have answered. */
    boolean isRestless() {
        return peers.hasUnmet() || (!hot.isEmpty() && peers.size() > 0);
    }

    /** One round: news to a few random peers, and a comparison with one peer that is new. */
    List<Send> round() {
        List<Send> sends = new ArrayList<>();
        peers.nextUnmet().map(peer -> comparison(peer, 0)).ifPresent(sends::add);
        if (!hot.isEmpty()) {
            for (Peer peer : peers.randomIdle(settings.fanout())) {
                List<Rumour> batch = hot.fill(new RumourBatch(settings.rumours()), peers.size() + 1)
                        .rumours();
                if (batch.isEmpty()) {
                    break;
                }
                sends.add(send(peer, new Reaction(batch, Digest.NOTHING), 0, false));
            }
        }
        return sends;
    }

    /** A comparison with a random peer. */
    public Optional<Send> compare() {
        return peers.randomIdle(1).stream().findFirst().map(peer -> comparison(peer, 0));
    }

    private Send comparison(Peer peer, int step) {
        Digest opening = Digest.opening(store.index().hash(SubjectRange.ALL));
        return send(peer, new Reaction(List.of(), opening), step, false);
    }

    private Send send(Peer peer, Reaction what, int step, boolean fruitful) {
        peers.busy(peer);
        return new Send(peer, new GossipExchange(settings.self(), what.rumours(), what.digest()), step, fruitful);
    }

    /** Takes what a peer sent and says what it lacks and what is to be compared further. */
    public GossipExchangeAnswer receive(GossipExchange exchange) {
        Heard heard = hear(exchange.rumours());
        Reaction reaction = Comparison.reaction(store, exchange.digest(), new RumourBatch(settings.rumours()));
        return new GossipExchangeAnswer(reaction.rumours(), reaction.digest(), heard.refused);
    }

    /** Takes the answer; gives the next step of a comparison that is not through. */
    public Optional<Send> answered(Send sent, GossipExchangeAnswer answer) {
        Peer peer = sent.peer();
        boolean isComparison = sent.step() > 0 || !sent.exchange().digest().equals(Digest.NOTHING);
        peers.idle(peer);
        Heard heard = hear(answer.rumours());
        if (!isComparison) {
            return Optional.empty();
        }
        peers.met(peer);
        if (heard.refused || answer.refused() || sent.step() >= MAX_STEPS || !peers.contains(peer)) {
            return Optional.empty();
        }
        Reaction reaction = Comparison.reaction(store, answer.digest(), new RumourBatch(settings.rumours()));
        boolean fruitful =
                sent.fruitful() || heard.learned || !reaction.rumours().isEmpty();
        if (!reaction.isEmpty()) {
            return Optional.of(send(peer, reaction, sent.step() + 1, fruitful));
        }
        return fruitful ? Optional.of(comparison(peer, sent.step() + 1)) : Optional.empty();
    }

    /** No answer came. What was lost is found by a later comparison; a new peer is tried a few times more. */
    void failed(Send sent) {
        peers.idle(sent.peer());
        peers.missed(sent.peer());
    }

    /** What came of hearing some rumours: whether one was news, and whether one was refused. */
    private record Heard(boolean learned, boolean refused) {}

    private Heard hear(List<Rumour> rumours) {
        boolean learned = false;
        boolean refused = false;
        for (Rumour rumour : rumours) {
            switch (hear(rumour)) {
                case TAKEN -> learned = true;
                case OLD -> {}
                case LAPSED, FULL -> refused = true;
            }
        }
        return new Heard(learned, refused);
    }

    private RumourStore.Offer hear(Rumour rumour) {
        if (isFromAnEarlierLife(rumour.version())) {
            generation = rumour.version().generation() + 1;
            sequence = 0;
            Optional<Rumour> ours = store.get(rumour.key()).filter(this::isMine);
            if (ours.isPresent() && published.contains(rumour.key())) {
                long lapsesAtMillis = Math.max(ours.get().lapsesAtMillis(), rumour.lapsesAtMillis());
                publish(rumour.topic(), rumour.subject(), ours.get().payload(), lapsesAtMillis);
                return RumourStore.Offer.TAKEN;
            }
        }
        return offer(rumour);
    }

    private boolean isMine(Rumour rumour) {
        return rumour.version().publisher().equals(settings.self());
    }

    private boolean isFromAnEarlierLife(Version version) {
        boolean ahead = version.generation() > generation
                || (version.generation() == generation && version.sequence() > sequence);
        return ahead && version.publisher().equals(settings.self()) && version.generation() < Version.MAX_NUMBER;
    }

    private RumourStore.Offer offer(Rumour rumour) {
        RumourStore.Offer outcome = store.offer(rumour, nowMillis);
        switch (outcome) {
            case TAKEN -> {
                hot.heat(rumour);
                news.add(rumour);
            }
            case FULL -> dropped++;
            case OLD, LAPSED -> {}
        }
        return outcome;
    }

    /** Everything new since the last call, in the order of arrival. */
    List<Rumour> takeNews() {
        List<Rumour> taken = news;
        news = new ArrayList<>();
        return taken;
    }

    public List<Rumour> ofTopic(String topic) {
        return store.ofTopic(topic);
    }

    /** The generation in use; it may have been raised. */
    long generation() {
        return generation;
    }

    GossipStatistics statistics() {
        return new GossipStatistics(store.topics(), store.subjects(), store.storedBytes(), hot.size(), dropped, lapsed);
    }
}
