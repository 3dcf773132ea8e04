package io.dotkv.launcher;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.RegisterValue;
import io.dotkv.proto.replication.v1.RegisterValues;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.Value;
import io.dotkv.proto.storage.v1.Dot;
import io.dotkv.proto.storage.v1.KeyedRow;
import io.dotkv.proto.storage.v1.Leaf;
import io.dotkv.proto.storage.v1.Page;
import io.dotkv.proto.storage.v1.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a whole cluster would hold, in one map: siblings, contexts and request ids by their plain definition. */
final class FakeStore {
    private record Event(long number, ByteString value) {}

    private static final int DEFAULT_PAGE = 1000;

    private final NavigableMap<ByteString, List<Event>> rows =
            new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private final Map<String, Long> done = new HashMap<>();
    private long lastEvent;

    synchronized PutResponse put(PutRequest request) {
        ByteString key = request.hasRawKey() ? request.getRawKey() : request.getKeyBytes();
        ByteString value = request.hasRawValue() ? request.getRawValue() : request.getValueBytes();
        Long before = done.get(request.getRequestId());
        int replaced = 0;
        if (before == null) {
            replaced = remove(key, request.getContext());
            rows.computeIfAbsent(key, unseen -> new ArrayList<>()).addFirst(new Event(++lastEvent, value));
            if (!request.getRequestId().isEmpty()) {
                done.put(request.getRequestId(), lastEvent);
            }
        }
        return PutResponse.newBuilder()
                .setContext(context(key))
                .setReplaced(replaced)
                .addAcknowledgedBy("n1")
                .addAcknowledgedBy("n2")
                .setRequestId(request.getRequestId())
                .build();
    }

    synchronized DeleteResponse delete(DeleteRequest request) {
        ByteString key = request.hasRawKey() ? request.getRawKey() : request.getKeyBytes();
        return DeleteResponse.newBuilder()
                .setReplaced(remove(key, request.getContext()))
                .setContext("after:" + ++lastEvent)
                .addAcknowledgedBy("n1")
                .setRequestId(request.getRequestId())
                .build();
    }

    private int remove(ByteString key, String context) {
        List<Event> events = rows.getOrDefault(key, new ArrayList<>());
        int before = events.size();
        Set<String> covered = new HashSet<>(Arrays.asList(context.split("[:,]", -1)));
        events.removeIf(event -> context.isEmpty() || covered.contains(Long.toString(event.number)));
        if (events.isEmpty()) {
            rows.remove(key);
        }
        return before - events.size();
    }

    private String context(ByteString key) {
        return rows.getOrDefault(key, List.of()).stream()
                .map(event -> Long.toString(event.number))
                .collect(Collectors.joining(",", "seen:", ""));
    }

    synchronized GetResponse get(GetRequest request) {
        ByteString key = request.hasRawKey() ? request.getRawKey() : request.getKeyBytes();
        List<Value> values = values(key, request.getForm());
        return GetResponse.newBuilder()
                .setPresence(values.isEmpty() ? Presence.NOT_FOUND : Presence.FOUND)
                .addAllValues(values)
                .setContext(context(key))
                .addAnsweredBy("n1")
                .build();
    }

    private List<Value> values(ByteString key, Form form) {
        return rows.getOrDefault(key, List.of()).stream()
                .map(event -> {
                    Value.Builder value = Value.newBuilder().setDot("1.1:" + event.number);
                    return form != Form.RAW && event.value.isValidUtf8()
                            ? value.setValueBytes(event.value).build()
                            : value.setRawValue(event.value).build();
                })
                .toList();
    }

    synchronized ScanResponse scan(ScanRequest request) {
        int limit = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
        ByteString prefix = request.hasRawPrefix() ? request.getRawPrefix() : request.getPrefixBytes();
        ScanResponse.Builder page = ScanResponse.newBuilder();
        ByteString after = ByteString.fromHex(request.getPageToken());
        for (ByteString key : rows.tailMap(after, after.isEmpty()).keySet()) {
            if (page.getEntriesCount() == limit) {
                ByteString last = page.getEntries(limit - 1).getRawKey();
                return page.setNextPageToken(hex(last)).build();
            }
            if (key.startsWith(prefix)) {
                List<Value> values = values(key, request.getForm());
                Entry.Builder entry = Entry.newBuilder().setRawKey(key).setContext(context(key));
                page.addEntries(
                        request.getWithContent() ? entry.setContent(content(values)) : entry.addAllValues(values));
            }
        }
        return page.build();
    }

    private static Content content(List<Value> values) {
        RegisterValues.Builder register = RegisterValues.newBuilder();
        values.forEach(value -> register.addValues(RegisterValue.newBuilder().setRawValue(value.getRawValue())));
        return Content.newBuilder().setRegister(register).build();
    }

    synchronized Page localScan(io.dotkv.proto.storage.v1.ScanRequest request) {
        Page.Builder page = Page.newBuilder();
        ByteString after = request.getAfter();
        for (Map.Entry<ByteString, List<Event>> entry :
                rows.tailMap(after, after.isEmpty()).entrySet()) {
            if (page.getRowsCount() == request.getLimit()) {
                return page.build();
            }
            Row.Builder row = Row.newBuilder();
            for (Event event : entry.getValue().reversed()) {
                row.addLeaves(Leaf.newBuilder()
                        .setDot(Dot.newBuilder().setNode(1).setBoot(1).setCounter(event.number))
                        .setTime(event.number)
                        .setPayload(event.value));
            }
            page.addRows(KeyedRow.newBuilder().setKey(entry.getKey()).setRow(row));
        }
        return page.setLast(true).build();
    }

    synchronized int size() {
        return rows.size();
    }

    synchronized long events() {
        return lastEvent;
    }

    private static String hex(ByteString bytes) {
        return java.util.HexFormat.of().formatHex(bytes.toByteArray());
    }
}
