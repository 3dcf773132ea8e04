package io.dotkv.storage.replica;

import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.View;
import org.jspecify.annotations.Nullable;

/** Counts the steps of the cursors over a view. */
public final class CountingView implements View {
    private final View view;
    private int steps;

    public CountingView(View view) {
        this.view = view;
    }

    public int steps() {
        return steps;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return view.get(key);
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        Cursor cursor = view.scan(from, to);
        return new Cursor() {
            @Override
            public boolean next() {
                steps++;
                return cursor.next();
            }

            @Override
            public boolean seek(byte[] key) {
                steps++;
                return cursor.seek(key);
            }

            @Override
            public byte[] key() {
                return cursor.key();
            }

            @Override
            public byte[] value() {
                return cursor.value();
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }
}
