@NullMarked
package io.dotkv.storage;

import org.jspecify.annotations.NullMarked;
