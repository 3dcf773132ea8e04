/**
 * The commands of {@code dotkv cluster}: nodes, status, layout, converge, leave and remove, with the reports that
 * they print.
 */
@NullMarked
package io.dotkv.launcher.cli.cluster;

import org.jspecify.annotations.NullMarked;
