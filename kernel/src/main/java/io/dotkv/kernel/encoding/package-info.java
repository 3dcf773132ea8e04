/**
 * The bytes of values on disk: {@link io.dotkv.kernel.encoding.Encoding} with {@link
 * io.dotkv.kernel.encoding.ByteWriter} and {@link io.dotkv.kernel.encoding.ByteReader}. What is not well formed is a
 * {@link io.dotkv.kernel.encoding.MalformedException}.
 */
@NullMarked
package io.dotkv.kernel.encoding;

import org.jspecify.annotations.NullMarked;
