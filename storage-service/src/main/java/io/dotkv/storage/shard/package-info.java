@NullMarked
package io.dotkv.storage.shard;

import org.jspecify.annotations.NullMarked;
