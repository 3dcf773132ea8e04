package io.dotkv.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.storage.replica.KeyLimits;
import org.junit.jupiter.api.Test;

class StorageSettingsTest {
    private static final StorageSettings SETTINGS = StorageSettings.defaults(StorageSettings.Durability.SYNC, 2)
            .withKeyLimits(new KeyLimits(1, 2, 3))
            .withQueueBytes(4);

    @Test
    void aWitherChangesOneComponent() {
        assertThat(SETTINGS.withQueueBytes(5).queueBytes()).isEqualTo(5);
        assertThat(SETTINGS.withQueueBytes(5).withQueueBytes(4)).isEqualTo(SETTINGS);
        assertThat(SETTINGS.withKeyLimits(KeyLimits.DEFAULT).keyLimits()).isEqualTo(KeyLimits.DEFAULT);
        assertThat(SETTINGS.withKeyLimits(KeyLimits.DEFAULT).withKeyLimits(SETTINGS.keyLimits()))
                .isEqualTo(SETTINGS);
        assertThat(SETTINGS.keyLimits().withSiblings(5)).isEqualTo(new KeyLimits(5, 2, 3));
        assertThat(SETTINGS.keyLimits().withLeafBytes(5)).isEqualTo(new KeyLimits(1, 2, 5));
    }
}
