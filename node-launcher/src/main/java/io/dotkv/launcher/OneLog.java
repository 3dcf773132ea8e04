package io.dotkv.launcher;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sends what libraries log through {@code java.util.logging} to the log of the program. gRPC and the Netty inside it do so; levels
 * and form are then those of {@code logback.xml} alone.
 */
final class OneLog {
    /** Held, because a logger that nobody holds forgets its level. */
    private static final Logger ROOT = LogManager.getLogManager().getLogger("");

    private OneLog() {}

    /** Begins. To be called once, before anything logs. */
    static void install() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // What is below would be made, handed over, and dropped there.
        ROOT.setLevel(Level.INFO);
    }
}
