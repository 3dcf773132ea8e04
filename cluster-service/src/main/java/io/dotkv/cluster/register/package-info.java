/**
 * The cluster register: one small replicated value, changed by compare-and-set, on which everything that must be agreed is
 * agreed. A pure core; {@code docs/decisions/0008-cluster-register.md} has the rules and the argument for them. In the order
 * in which data flows:
 *
 * <ol>
 *   <li><b>The value.</b> {@link io.dotkv.cluster.register.ClusterState}, made of {@link
 *       io.dotkv.cluster.register.RegisteredMember}s, {@link io.dotkv.cluster.register.DepartedMember}s, a {@link
 *       io.dotkv.cluster.layout.NumberedLayout} and {@link io.dotkv.cluster.register.Acceptors}.
 *   <li><b>What changes it.</b> A {@link io.dotkv.cluster.register.StateChange}: a {@link
 *       io.dotkv.cluster.register.MemberChange}, an {@link io.dotkv.cluster.register.AcceptorChange} as {@link
 *       io.dotkv.cluster.register.AcceptorReplacement} wants it, or a new layout.
 *   <li><b>Who agrees.</b> A {@link io.dotkv.cluster.register.Proposer} puts {@link io.dotkv.cluster.register.AcceptorQuestion}s
 *       under a {@link io.dotkv.cluster.register.Ballot} to {@link io.dotkv.cluster.register.Acceptor}s and counts their
 *       {@link io.dotkv.cluster.register.AcceptorAnswer}s, in an {@code Attempt} each; what it wants done are {@link
 *       io.dotkv.cluster.register.RegisterEffect}s.
 *   <li><b>What is kept.</b> An {@link io.dotkv.cluster.register.AcceptorRecord} with the {@link
 *       io.dotkv.cluster.register.Accepted} value, as {@link io.dotkv.cluster.register.RegisterFormat} writes it.
 * </ol>
 */
@NullMarked
package io.dotkv.cluster.register;

import org.jspecify.annotations.NullMarked;
