/**
 * What a key has at each replica, and what that means: {@link io.dotkv.replication.explain.Explanation} asks, {@link
 * io.dotkv.replication.explain.Diagnosis} says.
 */
@NullMarked
package io.dotkv.replication.explain;

import org.jspecify.annotations.NullMarked;
