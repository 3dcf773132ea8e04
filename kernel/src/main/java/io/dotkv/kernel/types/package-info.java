/**
 * The data types beside the plain register: mutators that make deltas of one key, and functions that read its leaves.
 * All of them stand on the one join; a replica that does not know a type replicates, merges and repairs it all the
 * same. In reading order:
 *
 * <ol>
 * <li><b>Where.</b> A {@link io.dotkv.kernel.types.Place} is a typed place inside a key, reached through the fields of
 * nested maps; a {@code LeafPath} is the place of one leaf. <li><b>What.</b> A {@link io.dotkv.kernel.types.Step} is
 * one {@link io.dotkv.kernel.types.TypeChange} of one place; a {@link io.dotkv.kernel.types.Update} is the steps that a
 * client asks for at once. <li><b>How.</b> A {@link io.dotkv.kernel.types.Draft} becomes the update's delta; an
 * {@code ExactContext} says what a step covers. <li><b>Types.</b> {@code RegisterTypes}, {@code Counter},
 * {@code AddWinsSet}, {@code RemoveWinsSet}, {@code EnableWinsFlag}, {@code DisableWinsFlag} and {@code CausalMap},
 * each with its mutators and its read function. <li><b>Reading.</b> {@link io.dotkv.kernel.types.Content} is a whole
 * key as a tree of values.
 * </ol>
 */
@NullMarked
package io.dotkv.kernel.types;

import org.jspecify.annotations.NullMarked;
