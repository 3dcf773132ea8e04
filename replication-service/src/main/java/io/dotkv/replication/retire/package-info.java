/**
 * The closing of former boots: what is proposed, what the own replicas promise, and what is agreed on. See decision
 * 0013.
 */
@NullMarked
package io.dotkv.replication.retire;

import org.jspecify.annotations.NullMarked;
