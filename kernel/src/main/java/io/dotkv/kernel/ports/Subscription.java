package io.dotkv.kernel.ports;

/** Something that goes on delivering until it is closed. Closing twice is harmless. */
public interface Subscription extends AutoCloseable {
    /** After this returns no delivery starts; one that runs may finish. */
    @Override
    void close();
}
