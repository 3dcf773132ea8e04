package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.ScrubSettings;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicationSettingsTest {
    private static final ReplicationSettings DEFAULTS = ReplicationSettings.DEFAULTS;

    @Test
    void aWitherChangesOneComponent() throws ReflectiveOperationException {
        assertThat(changed(DEFAULTS.with(new ReplicationSettings.Requests(1, 2, 3, 4, 5))))
                .containsExactly("requests");
        assertThat(changed(DEFAULTS.with(new ReplicationSettings.Calls(1, 2)))).containsExactly("calls");
        assertThat(changed(DEFAULTS.with(new ReplicationSettings.Timing(1, 2, 3))))
                .containsExactly("timing");
        assertThat(changed(DEFAULTS.with(new ReplicationSettings.Pulls(1, 2, 3, 4))))
                .containsExactly("pulls");
        assertThat(changed(DEFAULTS.with(new ScrubSettings(1_000_000_000, 1)))).containsExactly("scrub");
        assertThat(DEFAULTS.requests().withMaxBytes(7))
                .isEqualTo(new ReplicationSettings.Requests(
                        DEFAULTS.requests().max(),
                        7,
                        DEFAULTS.requests().maxScans(),
                        DEFAULTS.requests().pageBytes(),
                        DEFAULTS.requests().maxRepairs()));
    }

    @Test
    void limitsThatLetNothingThroughAreRefused() {
        assertThatThrownBy(() -> new ReplicationSettings.Calls(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReplicationSettings.Pulls(1, 1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> changed(ReplicationSettings settings) throws ReflectiveOperationException {
        List<String> changed = new ArrayList<>();
        for (RecordComponent component : ReplicationSettings.class.getRecordComponents()) {
            Object before = component.getAccessor().invoke(DEFAULTS);
            if (!component.getAccessor().invoke(settings).equals(before)) {
                changed.add(component.getName());
            }
        }
        return changed;
    }
}
