package io.dotkv.storage.grpc.exchange;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import java.util.concurrent.Executor;

/**
 * What the two ends of the data path need from the process.
 *
 * @param clock tells deadlines
 * @param scheduler runs time-outs and reconnections
 * @param random spreads reconnections
 * @param sender builds and sends batches, in tasks that never block: the event loop of the transport. Whatever is said
 *     to be sent before a task runs goes into one message, so a sender that runs tasks at once ({@code Runnable::run})
 *     is correct but sends every call by itself
 */
public record ExchangePorts(Clock clock, Scheduler scheduler, RandomSource random, Executor sender) {}
