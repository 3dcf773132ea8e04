/**
 * What the tests of every module share: {@link io.dotkv.kernel.testkit.Seeds} runs a test on many seeds and says how to
 * replay the one that failed, {@link io.dotkv.kernel.testkit.Samples} draws values of the kernel.
 */
@NullMarked
package io.dotkv.kernel.testkit;

import org.jspecify.annotations.NullMarked;
