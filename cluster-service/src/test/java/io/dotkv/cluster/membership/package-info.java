@NullMarked
package io.dotkv.cluster.membership;

import org.jspecify.annotations.NullMarked;
