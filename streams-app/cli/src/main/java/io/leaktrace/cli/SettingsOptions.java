package io.leaktrace.cli;

import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that give settings to a command. */
public final class SettingsOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings, one NAME=VALUE per line.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A setting, as in --set window=7d; may be repeated. docs/settings.md lists them all.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT",
            description = "Kafka brokers; short for --set bootstrap.servers=…")
    private String bootstrapServers;

    @Option(
            names = {"-r", "--schema-registry"},
            paramLabel = "URL",
            description = "Schema registry; short for --set schema.registry.url=…")
    private String schemaRegistry;

    /** Whether {@code --set} or {@code --config} was given. */
    boolean changed() {
        return !set.isEmpty() || config != null;
    }

    /** Whether the setting was given with {@code --set}, or has a value other than its default. */
    boolean isGiven(Setting setting, Settings read) {
        return set.containsKey(setting.key()) || !read.get(setting).equals(setting.defaultValue());
    }

    /** The settings from the command line, the environment and the file. */
    public Settings read() {
        Map<String, String> commandLine = new LinkedHashMap<>(set);
        if (bootstrapServers != null) {
            commandLine.put(Setting.BOOTSTRAP_SERVERS.key(), bootstrapServers);
        }
        if (schemaRegistry != null) {
            commandLine.put(Setting.SCHEMA_REGISTRY_URL.key(), schemaRegistry);
        }
        return Settings.read(commandLine, System.getenv(), config);
    }

    /** The same settings; returns once their brokers respond. */
    Settings readAndAwaitBrokers() {
        Settings read = read();
        try (TopicAdmin admin = new TopicAdmin(read)) {
            admin.awaitBrokers();
        }
        return read;
    }
}
