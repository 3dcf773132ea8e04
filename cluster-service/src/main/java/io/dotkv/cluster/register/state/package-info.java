/**
 * The value of the cluster register and what changes it, without how it is agreed on.
 * {@link io.dotkv.cluster.register.state.ClusterState} is made of
 * {@link io.dotkv.cluster.register.state.RegisteredMember}s, {@link io.dotkv.cluster.register.state.DepartedMember}s, a
 * {@link io.dotkv.cluster.layout.NumberedLayout} and {@link io.dotkv.cluster.register.state.Acceptors}; a
 * {@link io.dotkv.cluster.register.state.StateChange} maps one state to the next or refuses.
 */
@NullMarked
package io.dotkv.cluster.register.state;

import org.jspecify.annotations.NullMarked;
