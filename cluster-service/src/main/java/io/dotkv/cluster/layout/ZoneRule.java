package io.dotkv.cluster.layout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the replicas of a partition are spread over zones: over as many as there are, and then as evenly as the members
 * of each zone allow. With at least as many zones as replicas, no two replicas are in one zone.
 */
final class ZoneRule {
    private final int replicas;
    private final int[] zoneOf;
    private final int zones;
    private final int most;

    /** @param members those with a capacity of 1 or more */
    ZoneRule(List<LayoutMember> members, int wanted) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        zoneOf = members.stream()
                .mapToInt(member -> {
                    numbers.putIfAbsent(member.zone(), numbers.size());
                    return numbers.get(member.zone());
                })
                .toArray();
        zones = numbers.size();
        replicas = Math.min(wanted, members.size());
        int[] sizes = new int[zones];
        for (int zone : zoneOf) {
            sizes[zone]++;
        }
        int each = 1;
        while (room(sizes, each) < replicas) {
            each++;
        }
        most = each;
    }

    private static int room(int[] sizes, int each) {
        int room = 0;
        for (int size : sizes) {
            room += Math.min(size, each);
        }
        return room;
    }

    /** The number of replicas of a partition: as many as wanted, or one on each member. */
    int replicas() {
        return replicas;
    }

    int zones() {
        return zones;
    }

    /** The zone of a member by its index, numbered from 0. */
    int zoneOf(int member) {
        return zoneOf[member];
    }

    /** The most replicas of a partition in one zone. */
    int most() {
        return most;
    }

    /** The fewest replicas of a partition in one zone: 1 when each zone gets one. */
    int least() {
        return zones <= replicas ? 1 : 0;
    }
}
