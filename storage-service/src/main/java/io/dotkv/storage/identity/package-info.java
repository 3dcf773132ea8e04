@NullMarked
package io.dotkv.storage.identity;

import org.jspecify.annotations.NullMarked;
