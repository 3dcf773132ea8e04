@NullMarked
package io.dotkv.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
