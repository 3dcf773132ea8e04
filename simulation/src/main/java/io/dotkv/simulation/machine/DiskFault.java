package io.dotkv.simulation.machine;

import io.dotkv.storage.engine.EngineException;

/** A disk does not do what it should, because the run wants it so. Any other failure of a storage is a defect. */
final class DiskFault extends EngineException {
    private static final long serialVersionUID = 1;

    DiskFault(String message) {
        super(message);
    }
}
