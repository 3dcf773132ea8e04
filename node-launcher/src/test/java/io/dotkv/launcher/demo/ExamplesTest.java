package io.dotkv.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.dotkv.launcher.DotkvCommandLine;
import io.dotkv.launcher.client.Endpoint;
import io.dotkv.proto.replication.v1.Replication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private static final List<Endpoint> USUAL =
            List.of(new Endpoint("localhost", 3001), new Endpoint("localhost", 3002), new Endpoint("localhost", 3003));
    private static final List<Endpoint> OTHERS =
            List.of(new Endpoint("localhost", 4001), new Endpoint("localhost", 4002));

    @Test
    void everyExampleOfTheProgramParses() {
        List<String> lines = new ArrayList<>();
        for (List<Endpoint> nodes : List.of(USUAL, OTHERS, USUAL.subList(0, 1))) {
            lines.addAll(Examples.dotkv("bin/dotkv", nodes));
            lines.addAll(Examples.kill("bin/dotkv", nodes, "n2", 42).stream()
                    .filter(line -> !line.startsWith("kill"))
                    .toList());
        }
        for (String line : lines) {
            List<String> words = ShellWords.of(line);
            assertThat(words.getFirst()).isEqualTo("bin/dotkv");
            DotkvCommandLine.parse(words.subList(1, words.size()));
        }
    }

    @Test
    void examplesForOtherPortsNameThem() {
        assertThat(Examples.dotkv("dotkv", OTHERS))
                .allSatisfy(line -> assertThat(line).contains("--endpoint localhost:400"));
        assertThat(Examples.dotkv("dotkv", USUAL).getFirst()).doesNotContain("--endpoint");
    }

    @Test
    void everyExampleOfGrpcurlIsACallThatTheServiceTakes() throws Exception {
        ServiceDescriptor service = Replication.getDescriptor().findServiceByName("ReplicationService");
        for (String line : Examples.grpcurl(USUAL)) {
            List<String> words = ShellWords.of(line);
            assertThat(words).startsWith("grpcurl", "-plaintext");
            if (words.getLast().equals("list")) {
                continue;
            }
            assertThat(words).hasSize(6);
            String[] call = words.get(5).split("/", -1);
            assertThat(call[0]).isEqualTo(service.getFullName());
            MethodDescriptor method = service.findMethodByName(call[1]);
            assertThat(method).as(call[1]).isNotNull();
            JsonFormat.parser().merge(words.get(3), DynamicMessage.newBuilder(method.getInputType()));
            Endpoint.parse(words.get(4));
        }
    }

    @Test
    void nodesAreStartedWithEverythingTheyNeed() {
        List<DemoNode> nodes = DemoCommand.plan(3, 3001, Path.of("/data"));
        assertThat(nodes.get(1).arguments(nodes, 99))
                .containsExactly(
                        "node",
                        "--name",
                        "n2",
                        "--listen",
                        "127.0.0.1:3002",
                        "--data",
                        "/data/n2",
                        "--seeds",
                        "127.0.0.1:3001,127.0.0.1:3002,127.0.0.1:3003",
                        "--expect",
                        "3",
                        "--parent-pid",
                        "99");
    }
}
