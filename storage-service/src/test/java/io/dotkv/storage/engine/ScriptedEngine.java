package io.dotkv.storage.engine;

import org.jspecify.annotations.Nullable;

/** Another engine, with something that happens before each write and sync: it may wait, or throw. Any thread. */
public final class ScriptedEngine implements Engine {
    private final Engine engine;
    private volatile Runnable beforeWrite = () -> {};
    private volatile Runnable beforeSync = () -> {};
    private volatile Runnable beforeRead = () -> {};
    private volatile boolean stalled;

    public ScriptedEngine(Engine engine) {
        this.engine = engine;
    }

    /** What happens before each write from now on. */
    public void beforeWrite(Runnable happening) {
        beforeWrite = happening;
    }

    /** Whether it says from now on that writes would have to wait. */
    public void stall(boolean stalling) {
        stalled = stalling;
    }

    /** What happens before each sync from now on. */
    public void beforeSync(Runnable happening) {
        beforeSync = happening;
    }

    /** What happens before each read of a key from now on. */
    public void beforeRead(Runnable happening) {
        beforeRead = happening;
    }

    /** To be run before something that then fails. */
    public static Runnable fails(String why) {
        return () -> {
            throw new EngineException(why);
        };
    }

    @Override
    public void write(Batch batch, boolean sync) {
        beforeWrite.run();
        engine.write(batch, sync);
    }

    @Override
    public void sync() {
        beforeSync.run();
        engine.sync();
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        beforeRead.run();
        return engine.get(key);
    }

    @Override
    public byte @Nullable [] getCached(byte[] key) {
        return engine.getCached(key);
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public Batch newBatch() {
        return engine.newBatch();
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return engine.scan(from, to);
    }

    @Override
    public Snapshot snapshot() {
        return engine.snapshot();
    }

    @Override
    public boolean isStalled() {
        return stalled || engine.isStalled();
    }

    @Override
    public long estimateEntries() {
        return engine.estimateEntries();
    }

    @Override
    public long diskBytes() {
        return engine.diskBytes();
    }

    @Override
    public void close() {
        engine.close();
    }
}
