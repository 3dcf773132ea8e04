/**
 * The commands of the {@code dotkv} program that talk to a running cluster, one class each.
 */
@NullMarked
package io.dotkv.launcher.cli;

import org.jspecify.annotations.NullMarked;
