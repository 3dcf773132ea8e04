package io.dotkv.launcher.transfer;

import io.dotkv.launcher.client.Route;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Spreads operations over several routes. What has the same number, such as the entries of one key, takes the same
 * route while that one works, so that two puts of one key meet at one coordinator and the later replaces the earlier. A
 * route that failed rests for a while.
 *
 * <p>Threading: any thread.
 */
public final class LoadSpread {
    private static final long REST_NANOS = 500_000_000;

    private final List<Route> routes;
    private final AtomicLongArray restsUntil;

    /** Over these routes, none of which rests. */
    public LoadSpread(List<Route> routes, long nowNanos) {
        this.routes = List.copyOf(routes);
        this.restsUntil = new AtomicLongArray(routes.size());
        for (int index = 0; index < routes.size(); index++) {
            restsUntil.set(index, nowNanos);
        }
    }

    /** The index of the route for a try: the first that does not rest, or just the next when all do. */
    public int choose(int number, int attempt, long nowNanos) {
        int first = Math.floorMod(number + attempt, routes.size());
        for (int step = 0; step < routes.size(); step++) {
            int index = (first + step) % routes.size();
            if (nowNanos - restsUntil.get(index) >= 0) {
                return index;
            }
        }
        return first;
    }

    /** The route with this index. */
    public Route route(int index) {
        return routes.get(index);
    }

    /** The route failed. */
    public void rest(int index, long nowNanos) {
        restsUntil.set(index, nowNanos + REST_NANOS);
    }
}
