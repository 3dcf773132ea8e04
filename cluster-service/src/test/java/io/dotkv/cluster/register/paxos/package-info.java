/** The register's core, type by type; the whole of it is tried in the module {@code simulation}. */
@NullMarked
package io.dotkv.cluster.register.paxos;

import org.jspecify.annotations.NullMarked;
