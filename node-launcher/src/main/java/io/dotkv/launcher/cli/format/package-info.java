/** How commands print: tables, JSON, progress, errors and exit codes. */
@NullMarked
package io.dotkv.launcher.cli.format;

import org.jspecify.annotations.NullMarked;
