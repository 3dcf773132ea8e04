/**
 * Three nodes as child processes of one command, to try DotKV out.
 */
@NullMarked
package io.dotkv.launcher.demo;

import org.jspecify.annotations.NullMarked;
