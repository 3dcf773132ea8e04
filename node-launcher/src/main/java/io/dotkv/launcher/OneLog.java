package io.dotkv.launcher;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * Sends what libraries log through {@code java.util.logging} to the log of the program. gRPC and the Netty inside it do
 * so; levels and form are then those of {@code logback.xml} alone.
 */
final class OneLog extends Handler {
    /** Held, because a logger that nobody holds forgets its level. */
    private static final Logger ROOT = LogManager.getLogManager().getLogger("");

    /** So a call ends whose caller goes away while it is answered. It says nothing about this process. */
    private static final String STREAM_ERROR = "Stream Error";

    private final Formatter formatter = new SimpleFormatter();

    private OneLog() {}

    /** Begins; in place of whatever took the records before. */
    static void install() {
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        ROOT.addHandler(new OneLog());
        // What is below would be made, handed over, and dropped there.
        ROOT.setLevel(Level.INFO);
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName();
        LoggerFactory.getLogger(name == null ? "java.util.logging" : name)
                .atLevel(
                        STREAM_ERROR.equals(record.getMessage())
                                ? org.slf4j.event.Level.DEBUG
                                : levelOf(record.getLevel()))
                .setCause(record.getThrown())
                .log("{}", formatter.formatMessage(record));
    }

    private static org.slf4j.event.Level levelOf(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return org.slf4j.event.Level.ERROR;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return org.slf4j.event.Level.WARN;
        }
        return level.intValue() >= Level.INFO.intValue() ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.DEBUG;
    }

    @Override
    public void flush() {
        // Written at once.
    }

    @Override
    public void close() {
        // Belongs to the program.
    }
}
