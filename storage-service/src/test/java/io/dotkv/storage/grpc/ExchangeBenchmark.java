package io.dotkv.storage.grpc;

import com.sun.management.OperatingSystemMXBean;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.system.ThreadScheduler;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an apply of 1 KiB costs over loopback: calls per second and CPU of both ends, run by hand. Arguments: calls in
 * flight (64), seconds (5), {@code inline} or {@code shard} (the storage answers on the event loop, or in bursts on a
 * thread of its own), {@code loop} or {@code direct} (the sender is the event loop, or whoever calls).
 */
final class ExchangeBenchmark {
    private static final int PAYLOAD_BYTES = 1024;

    private final RemoteStorage remote;
    private final AtomicLong done = new AtomicLong();
    private final long[] latencies = new long[1 << 20];
    private final CountDownLatch finished;
    private volatile boolean stop;

    private ExchangeBenchmark(RemoteStorage remote, int inFlight) {
        this.remote = remote;
        finished = new CountDownLatch(inFlight);
    }

    public static void main(String[] arguments) throws Exception {
        int inFlight = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        boolean shard = arguments.length > 2 && arguments[2].equals("shard");
        boolean loop = arguments.length <= 3 || arguments[3].equals("loop");
        EventLoopGroup serverLoop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        EventLoopGroup clientLoop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        ThreadScheduler scheduler = new ThreadScheduler("scheduler", (thread, failure) -> failure.printStackTrace());
        ScriptedStorage storage = shard ? new ShardStorage() : new InlineStorage();
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .channelType(EpollServerSocketChannel.class)
                .bossEventLoopGroup(serverLoop)
                .workerEventLoopGroup(serverLoop)
                .directExecutor()
                .addService(new StorageGrpcService(
                        storage, ports(loop ? serverLoop : Runnable::run, scheduler), ExchangeSettings.DEFAULT))
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .channelType(EpollSocketChannel.class)
                .eventLoopGroup(clientLoop)
                .directExecutor()
                .usePlaintext()
                .build();
        RemoteStorage remote = new RemoteStorage(
                "benchmark", channel, ports(loop ? clientLoop : Runnable::run, scheduler), ExchangeSettings.DEFAULT);
        while (!remote.isReachable()) {
            Thread.sleep(10);
        }
        ExchangeBenchmark benchmark = new ExchangeBenchmark(remote, inFlight);
        benchmark.run(inFlight, seconds, clientLoop);
        remote.close();
        channel.shutdownNow();
        server.shutdownNow();
        System.exit(0);
    }

    private static ExchangePorts ports(Executor sender, ThreadScheduler scheduler) {
        return new ExchangePorts(new SystemClock(), scheduler, new SeededRandom(1), sender);
    }

    private void run(int inFlight, int seconds, Executor loop) throws InterruptedException {
        for (int caller = 0; caller < inFlight; caller++) {
            loop.execute(new Caller());
        }
        OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (int second = 0; second < 3 + seconds; second++) {
            long callsBefore = done.get();
            long cpuBefore = os.getProcessCpuTime();
            long before = System.nanoTime();
            Thread.sleep(1000);
            long calls = done.get() - callsBefore;
            double micros = (System.nanoTime() - before) / 1000.0;
            long cpuNanos = os.getProcessCpuTime() - cpuBefore;
            int from = (int) Math.min(callsBefore, latencies.length);
            System.out.printf(
                    "%s%,.0f op/s, %.1f us CPU/op, in flight %d%n",
                    second < 3 ? "(warm-up) " : "", calls / micros * 1e6, cpuNanos / 1000.0 / calls, inFlight);
            if (from < 0) {
                break;
            }
        }
        stop = true;
        finished.await();
        int count = (int) Math.min(done.get(), latencies.length);
        long[] sorted = Arrays.copyOf(latencies, count);
        Arrays.sort(sorted);
        System.out.printf(
                "p50 %d us, p99 %d us, p99.9 %d us%n",
                sorted[count / 2] / 1000, sorted[(int) (count * 0.99)] / 1000, sorted[(int) (count * 0.999)] / 1000);
    }

    /** One call after the other. */
    private final class Caller implements Runnable {
        private final Actor actor = new Actor(1, 1);
        private final Bytes payload = Bytes.wrap(new byte[PAYLOAD_BYTES]);
        private long counter;
        private long began;

        @Override
        public void run() {
            counter++;
            began = System.nanoTime();
            Dot dot = new Dot(actor, counter);
            var delta = MultiValueRegister.replaceCovered(
                    Key.of("key-" + counter % 1000),
                    dot,
                    HybridTime.ofMillis(counter),
                    payload,
                    new VersionVector(DotSet.upTo(actor, counter)));
            remote.apply(new Requests.Apply(7, delta, "0123456789abcdef", began + 1_000_000_000L))
                    .whenComplete(this::ended);
        }

        private void ended(Outcome<Long> outcome, Throwable failure) {
            if (!(outcome instanceof Outcome.Done)) {
                throw new IllegalStateException("" + outcome, failure);
            }
            latencies[(int) done.getAndIncrement() & (latencies.length - 1)] = System.nanoTime() - began;
            if (stop) {
                finished.countDown();
            } else {
                run();
            }
        }
    }

    private static final class InlineStorage extends ScriptedStorage {
        private final CompletionStage<Outcome<Long>> answer = CompletableFuture.completedFuture(Outcome.done(7L));

        @Override
        public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
            return answer;
        }
    }

    /** Answers like a shard: everything that waits, one after the other, on one thread. */
    private static final class ShardStorage extends ScriptedStorage {
        private final LinkedBlockingQueue<CompletableFuture<Outcome<Long>>> queue = new LinkedBlockingQueue<>();

        ShardStorage() {
            Thread.ofPlatform().daemon().name("shard").start(this::answer);
        }

        @Override
        public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
            CompletableFuture<Outcome<Long>> answer = new CompletableFuture<>();
            queue.add(answer);
            return answer;
        }

        private void answer() {
            try {
                while (true) {
                    queue.take().complete(Outcome.done(7L));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
