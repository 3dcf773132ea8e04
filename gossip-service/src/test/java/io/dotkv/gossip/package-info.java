@NullMarked
package io.dotkv.gossip;

import org.jspecify.annotations.NullMarked;
