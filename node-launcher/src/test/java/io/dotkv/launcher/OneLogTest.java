package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OneLogTest {
    @Test
    void whatALibraryLogsThroughTheJdkGoesToTheLogOfTheProgramUnderItsLevels() {
        Logger grpc = (Logger) LoggerFactory.getLogger("org.example.library");
        ListAppender<ILoggingEvent> seen = new ListAppender<>();
        seen.start();
        grpc.addAppender(seen);
        grpc.setLevel(Level.WARN);
        OneLog.install();
        java.util.logging.Logger library = java.util.logging.Logger.getLogger("org.example.library");
        library.info("a transport has failed, as transports do");
        library.log(java.util.logging.Level.WARNING, "Stream Error", new IllegalStateException("a caller has gone"));
        library.warning("something that an operator should know");
        assertThat(java.util.logging.Logger.getLogger("").getHandlers()).hasSize(1);
        assertThat(seen.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("something that an operator should know");
    }
}
