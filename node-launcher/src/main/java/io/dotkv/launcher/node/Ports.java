package io.dotkv.launcher.node;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.system.ThreadScheduler;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process around the layers: time, randomness, the thread of timers, and the connections to other processes. */
final class Ports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

    private final Clock clock = new SystemClock();
    private final SecureRandom secure = new SecureRandom();
    private final RandomSource random = new SeededRandom(secure.nextLong());
    private final ThreadScheduler scheduler = new ThreadScheduler(
            "dotkv-scheduler",
            (thread, failure) -> LOG.error("unexpected error in a task of {}", thread.getName(), failure));
    private final ExecutorService resolver = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("dotkv-resolver").factory());
    private final EventLoops loops;
    private final PeerChannels channels;

    Ports(int eventLoops, WireCompression compression) {
        loops = new EventLoops(eventLoops);
        channels = new PeerChannels(loops, compression);
    }

    Clock clock() {
        return clock;
    }

    ThreadScheduler scheduler() {
        return scheduler;
    }

    /** Randomness of its own for one component. */
    synchronized RandomSource random() {
        return random.fork();
    }

    byte[] secureBytes(int count) {
        byte[] bytes = new byte[count];
        secure.nextBytes(bytes);
        return bytes;
    }

    /** Where names of hosts are looked up, which blocks. */
    Executor resolver() {
        return resolver;
    }

    EventLoops loops() {
        return loops;
    }

    PeerChannels channels() {
        return channels;
    }

    ExchangePorts exchange() {
        return new ExchangePorts(clock, scheduler, random(), loops.one());
    }

    /** Names the present boot of the machine, where the system tells. */
    static String machineBoot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            LOG.debug("this system does not name its boots", e);
            return "unknown";
        }
    }

    @Override
    public void close() {
        channels.close();
        scheduler.close();
        resolver.shutdownNow();
        loops.close();
    }
}
