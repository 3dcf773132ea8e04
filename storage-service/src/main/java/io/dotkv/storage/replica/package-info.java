@NullMarked
package io.dotkv.storage.replica;

import org.jspecify.annotations.NullMarked;
