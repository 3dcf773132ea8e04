/** The bytes of the register's values, records and messages, on disk and in messages between nodes. */
@NullMarked
package io.dotkv.cluster.register.format;

import org.jspecify.annotations.NullMarked;
