/** The taking of pulls: what an answer covers, and when a replica that lost data has caught up. */
@NullMarked
package io.dotkv.storage.replica.pull;

import org.jspecify.annotations.NullMarked;
