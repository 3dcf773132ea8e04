/**
 * Whole files in and out of a cluster: {@link io.dotkv.launcher.transfer.Format} is how an entry is written on a line,
 * {@link io.dotkv.launcher.transfer.Loader} puts entries, {@link io.dotkv.launcher.transfer.EntrySource} reads them
 * back in key order.
 */
@NullMarked
package io.dotkv.launcher.transfer;

import org.jspecify.annotations.NullMarked;
