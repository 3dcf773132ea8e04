package io.dotkv.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.launcher.client.Endpoint;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The containers of {@code docker-compose.yaml} are the nodes of {@code dotkv demo}, but for what has to differ in a
 * container.
 */
class ComposeFileTest {
    private static final Path FILE = Path.of("..", "docker-compose.yaml");
    private static final List<DemoNode> DEMO = IntStream.rangeClosed(1, 3)
            .mapToObj(number ->
                    new DemoNode("n" + number, new Endpoint("127.0.0.1", 3000 + number), Path.of("data", "n" + number)))
            .toList();

    /** These follow from where the node runs; each has an assertion of its own. */
    private static final List<String> OF_THE_PLACE = List.of("LISTEN", "ADVERTISE", "DATA", "SEEDS", "PARENT_PID");

    @Test
    void thereIsAContainerForEachNodeOfTheDemo() throws IOException {
        assertThat(services().keySet())
                .containsExactlyElementsOf(DEMO.stream().map(DemoNode::name).toList());
    }

    @Test
    void everySettingIsThatOfTheDemo() throws IOException {
        for (DemoNode node : DEMO) {
            assertThat(service(node).get("command")).isEqualTo(List.of("node"));
            assertThat(withoutThePlace(environment(node)))
                    .as(node.name())
                    .isEqualTo(withoutThePlace(settingsInTheDemo(node)));
        }
    }

    @Test
    void everyNodeIsReachedOnTheSamePortOfThisMachineAsInTheDemo() throws IOException {
        for (DemoNode node : DEMO) {
            assertThat(service(node).get("ports")).isEqualTo(List.of(node.listen() + ":" + portInside(node)));
        }
    }

    @Test
    void theSeedsAreAllNodesUnderTheNamesThatTheyAdvertise() throws IOException {
        List<String> advertised = new ArrayList<>();
        for (DemoNode node : DEMO) {
            assertThat(setting(node, "ADVERTISE")).isEqualTo(node.name() + ":" + portInside(node));
            advertised.add(setting(node, "ADVERTISE"));
        }
        for (DemoNode node : DEMO) {
            assertThat(setting(node, "SEEDS").split(",", -1)).containsExactlyElementsOf(advertised);
        }
    }

    @Test
    void everyNodeHasAVolumeOfItsOwn() throws IOException {
        for (DemoNode node : DEMO) {
            assertThat(service(node).get("volumes")).isEqualTo(List.of(node.name() + "-data:/var/lib/dotkv"));
        }
        assertThat(mapping(file().get("volumes")).keySet())
                .containsExactlyElementsOf(
                        DEMO.stream().map(node -> node.name() + "-data").toList());
    }

    private static Map<String, String> withoutThePlace(Map<String, String> settings) {
        Map<String, String> rest = new TreeMap<>(settings);
        OF_THE_PLACE.forEach(rest::remove);
        return rest;
    }

    /** The options of the demo's command line under the names that they have in the environment, without the prefix. */
    private static Map<String, String> settingsInTheDemo(DemoNode node) {
        Map<String, String> settings = new TreeMap<>();
        Iterator<String> words = node.arguments(DEMO, 1).iterator();
        assertThat(words.next()).isEqualTo("node");
        while (words.hasNext()) {
            String option = words.next();
            settings.put(option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT), words.next());
        }
        return settings;
    }

    private static Map<String, String> environment(DemoNode node) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        mapping(service(node).get("environment")).forEach((name, value) -> {
            assertThat(name).startsWith("DOTKV_");
            settings.put(name.substring("DOTKV_".length()), String.valueOf(value));
        });
        return settings;
    }

    private static String setting(DemoNode node, String name) throws IOException {
        return Objects.requireNonNull(environment(node).get(name), node.name() + " has no DOTKV_" + name);
    }

    private static String portInside(DemoNode node) throws IOException {
        String listen = setting(node, "LISTEN");
        return listen.substring(listen.lastIndexOf(':') + 1);
    }

    private static Map<String, Object> service(DemoNode node) throws IOException {
        return mapping(services().get(node.name()));
    }

    private static Map<String, Object> services() throws IOException {
        return mapping(file().get("services"));
    }

    private static Map<String, Object> file() throws IOException {
        try (Reader reader = Files.newBufferedReader(FILE)) {
            Object whole = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            return mapping(whole);
        }
    }

    private static Map<String, Object> mapping(@Nullable Object value) {
        Map<String, Object> mapping = new TreeMap<>();
        assertThat(value).isInstanceOf(Map.class);
        ((Map<?, ?>) Objects.requireNonNull(value)).forEach((name, each) -> mapping.put(String.valueOf(name), each));
        return mapping;
    }
}
