package io.dotkv.storage.local;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import java.util.function.Consumer;

/**
 * What a storage needs of the process around it.
 *
 * @param clock tells the time
 * @param random makes ids of replicas and of answers; seeded so that two storages never share a stream
 * @param machineBoot names the present boot of the machine: a process that ends loses nothing that the operating system
 *     has, a machine that ends may
 * @param workers do the work of this one storage, which closes them
 * @param fatal is told once when the engine has failed; the process should end and be started again
 */
public record StoragePorts(
        Clock clock, RandomSource random, String machineBoot, Workers workers, Consumer<Throwable> fatal) {}
