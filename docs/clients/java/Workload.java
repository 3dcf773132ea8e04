import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.UpdateRequest;
import java.util.List;
import java.util.UUID;

/** Puts keys and adds to a counter for some seconds, then reads all of it back: Workload ENDPOINT,... SECONDS. */
final class Workload {
    public static void main(String[] arguments) throws InterruptedException {
        String prefix = "java-" + System.nanoTime();
        long end = System.nanoTime() + Long.parseLong(arguments[1]) * 1_000_000_000L;
        try (Client client = new Client(List.of(arguments[0].split(",")))) {
            int written = 0;
            for (; System.nanoTime() < end; written++) {
                PutRequest put = PutRequest.newBuilder()
                        .setKey(prefix + "-" + written)
                        .setValue(Integer.toString(written))
                        .setRequestId(UUID.randomUUID().toString())
                        .build();
                client.call(node -> node.put(put));
                UpdateRequest update = UpdateRequest.newBuilder()
                        .setKey(prefix)
                        .setCounter(CounterChange.newBuilder().setAdd(1))
                        .setRequestId(UUID.randomUUID().toString())
                        .build();
                client.call(node -> node.update(update));
            }
            readBack(client, prefix, written);
        }
    }

    private static void readBack(Client client, String prefix, int written) throws InterruptedException {
        for (int number = 0; number < written; number++) {
            GetRequest get = GetRequest.newBuilder().setKey(prefix + "-" + number).build();
            String value = Integer.toString(number);
            boolean there = client.call(node -> node.get(get)).getValuesList().stream()
                    .anyMatch(found -> found.getValue().equals(value));
            if (!there) {
                throw new IllegalStateException(prefix + "-" + number + " is lost");
            }
        }
        ReadRequest read = ReadRequest.newBuilder().setKey(prefix).build();
        // Two tries that met different nodes may count twice for some seconds.
        long patience = System.nanoTime() + 30_000_000_000L;
        long counted = -1;
        for (; counted != written && System.nanoTime() < patience; Thread.sleep(1000)) {
            counted = client.call(node -> node.read(read)).getContent().getCounter().getValue();
        }
        System.out.println("java: " + written + " written, " + counted + " counted, " + client.retries + " retries");
        if (counted != written) {
            throw new IllegalStateException("an addition was lost, or a retry counted twice");
        }
    }
}
