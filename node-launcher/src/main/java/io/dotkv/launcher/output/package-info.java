/**
 * The output of commands: {@link io.dotkv.launcher.output.CheckedOutput} is the stream on which every command writes
 * its answer, {@link io.dotkv.launcher.output.OutputLost} is thrown where a write fails, and
 * {@link io.dotkv.launcher.output.Interruption} lets a long command show what it has when it is stopped by a signal.
 * {@link io.dotkv.launcher.output.EscapedOutput} keeps control characters of data from terminals;
 * {@link io.dotkv.launcher.output.Screen} says where a person sits.
 */
@NullMarked
package io.dotkv.launcher.output;

import org.jspecify.annotations.NullMarked;
