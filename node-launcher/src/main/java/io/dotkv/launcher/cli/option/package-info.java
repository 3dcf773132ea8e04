/** The options and arguments that several commands share, with their converters. */
@NullMarked
package io.dotkv.launcher.cli.option;

import org.jspecify.annotations.NullMarked;
