package io.leaktrace.chaos;

import io.leaktrace.embedded.EmbeddedBroker;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** One broker of a cluster in a process of its own: {@code ClusterNode FOLDER CLUSTER_ID CONFIG_FILE}. */
final class ClusterNode {

    private ClusterNode() {}

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[2]))) {
            properties.load(reader);
        }
        Map<String, String> config = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> config.put(name, properties.getProperty(name)));
        EmbeddedBroker.start(Path.of(arguments[0]), arguments[1], config, List.of());
    }
}
