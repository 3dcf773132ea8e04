/**
 * Closed-loop load on a running cluster, and the floor it is compared with.
 */
@NullMarked
package io.dotkv.launcher.bench;

import org.jspecify.annotations.NullMarked;
