/**
 * How replicas become equal: {@link io.dotkv.replication.converge.PullRounds} decide when to pull from whom, {@link
 * io.dotkv.replication.converge.Pull} carries one pull out, {@link io.dotkv.replication.converge.Convergence} waits
 * until replicas have what others had, {@link io.dotkv.replication.converge.RowRepairer} replaces damaged rows.
 */
@NullMarked
package io.dotkv.replication.converge;

import org.jspecify.annotations.NullMarked;
