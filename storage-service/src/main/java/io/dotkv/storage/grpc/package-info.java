@NullMarked
package io.dotkv.storage.grpc;

import org.jspecify.annotations.NullMarked;
