/**
 * Who may connect to a node's port: {@code ConnectionGate} takes or refuses a connection, {@code FirstBytes} reads what
 * it begins with, {@code Connections} keeps their number below what the process may open.
 */
@NullMarked
package io.dotkv.launcher.connection;

import org.jspecify.annotations.NullMarked;
