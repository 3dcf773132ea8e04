package io.dotkv.launcher.bench;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** Chooses keys by their number. */
interface KeyChooser {
    /** The next key's number, from 0. */
    int next(RandomGenerator random);

    /** How often each key is chosen. */
    enum Spread {
        /** All equally often. */
        UNIFORM,
        /** Some far more often than others, as in most real use. */
        ZIPFIAN;

        /** A chooser among so many keys. */
        KeyChooser among(int keys) {
            return switch (this) {
                case UNIFORM -> random -> random.nextInt(keys);
                case ZIPFIAN -> new Zipfian(keys);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
