/**
 * This node's part in the cluster register, which holds what the cluster has agreed on:
 * {@link io.dotkv.cluster.register.RegisterNode} takes events and returns effects. The consensus itself is in
 * {@code paxos}, the value in {@code state}, its form on disk and on the wire in {@code format}.
 */
@NullMarked
package io.dotkv.cluster.register;

import org.jspecify.annotations.NullMarked;
