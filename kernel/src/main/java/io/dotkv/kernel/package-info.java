/**
 * The ground floor: the vocabulary of DotKV, its causal algebra and the ports to time and chance. Pure values and
 * functions; no thread, file, socket or clock. The types in reading order:
 *
 * <ol>
 * <li><b>Names.</b> {@link io.dotkv.kernel.NodeId}, {@link io.dotkv.kernel.PartitionId}, {@link io.dotkv.kernel.Key},
 * {@link io.dotkv.kernel.Bytes}. <li><b>Events.</b> An {@link io.dotkv.kernel.Actor} issues
 * {@link io.dotkv.kernel.Dot}s; a {@link io.dotkv.kernel.DotSet} is a clock or a context; a
 * {@link io.dotkv.kernel.HybridTime} from a {@link io.dotkv.kernel.HybridClock} orders events for people.
 * <li><b>Objects.</b> A {@link io.dotkv.kernel.Leaf} is a value under its dot, a {@link io.dotkv.kernel.Row} all that
 * is known of a key, with the one join; a {@link io.dotkv.kernel.Delta} changes a row, and
 * {@link io.dotkv.kernel.MultiValueRegister} makes deltas, with a {@link io.dotkv.kernel.VersionVector} of what was
 * seen. The data types beside the register are in {@link io.dotkv.kernel.types}. <li><b>Bytes on disk.</b>
 * {@link io.dotkv.kernel.encoding.Encoding} with {@link io.dotkv.kernel.encoding.ByteWriter} and
 * {@link io.dotkv.kernel.encoding.ByteReader}; what is not well formed is a
 * {@link io.dotkv.kernel.encoding.MalformedException}. <li><b>Ports.</b> {@link io.dotkv.kernel.ports.Clock},
 * {@link io.dotkv.kernel.ports.Scheduler}, {@link io.dotkv.kernel.ports.RandomSource} with
 * {@link io.dotkv.kernel.ports.SeededRandom}, and {@link io.dotkv.kernel.ports.Subscription}.
 * </ol>
 */
@NullMarked
package io.dotkv.kernel;

import org.jspecify.annotations.NullMarked;
