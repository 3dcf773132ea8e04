@NullMarked
package io.dotkv.replication;

import org.jspecify.annotations.NullMarked;
