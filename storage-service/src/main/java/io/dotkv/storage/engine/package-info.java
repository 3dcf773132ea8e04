@NullMarked
package io.dotkv.storage.engine;

import org.jspecify.annotations.NullMarked;
