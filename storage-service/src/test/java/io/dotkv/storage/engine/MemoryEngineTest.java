package io.dotkv.storage.engine;

class MemoryEngineTest extends EngineContract {
    @Override
    protected Engine open() {
        return new MemoryEngine();
    }
}
