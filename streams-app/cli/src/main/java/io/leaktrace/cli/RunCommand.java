package io.leaktrace.cli;

import io.leaktrace.api.ApiServer;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.topology.InputPlacement;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs the pipeline against a cluster. */
@Command(
        name = "run",
        description = "Run the pipeline against a Kafka cluster and a schema registry, until it is stopped.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Settings come from the command line, the environment (LEAKTRACE_WINDOW=7d) and a file, in that order.",
            "Names that begin with kafka. go to Kafka's clients: --set kafka.security.protocol=SSL",
            "",
            "Examples:",
            "  leaktrace run -b broker1:9092,broker2:9092 -r http://registry:8081",
            "  leaktrace run --config leaktrace.properties --set threads=2",
            "  leaktrace run --list-settings",
        })
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(
            names = "--abandon-state",
            description = "Start even if incompatible state of another version exists, which is ignored, or if input "
                    + "was deleted before it was read.")
    private boolean abandonState;

    @Option(names = "--list-settings", description = "List all settings with their defaults and end.")
    private boolean list;

    @Override
    public Integer call() throws InterruptedException {
        if (list) {
            listSettings(spec.commandLine().getOut());
            return 0;
        }
        Settings read = settings.read();
        PrintWriter err = spec.commandLine().getErr();
        InputPlacement placement;
        try (TopicAdmin admin = new TopicAdmin(read)) {
            admin.awaitBrokers();
            admin.registerSchemas();
            TopicWarnings.require(admin.createMissing(Map.of()), err);
            PlacementSample sample = PlacementSample.of(read);
            sample.log();
            placement = sample.placement();
            Topology topology = Pipeline.topology(read, placement);
            TopicWarnings.print(admin.internalTopics(topology), err);
            admin.claimState(topology, placement.partitions(), abandonState);
            read = read.with(Map.of(Setting.DEAD_LETTER_BYTES.key(), Integer.toString(admin.deadLetterBytes())));
        }
        boolean listens = read.integer(Setting.HTTP_PORT) > 0;
        try (ApiServer api = listens ? new ApiServer(read, false) : null;
                Pipeline pipeline = new Pipeline(read, placement, false)) {
            Thread stop = new Thread(pipeline::close, "stop-pipeline");
            Runtime.getRuntime().addShutdownHook(stop);
            pipeline.start();
            err.printf(
                    "Leaktrace runs as '%s' on %d partitions of %s; Ctrl-C stops it.%n",
                    read.get(Setting.APPLICATION_ID),
                    placement.partitions(),
                    read.topics().orderEvents());
            if (api != null) {
                api.follow(pipeline);
                err.printf("API and console: %s%n", api.address());
            }
            err.flush();
            boolean confirmed = false;
            while (!pipeline.awaitEnd(Duration.ofSeconds(1))) {
                if (!confirmed && pipeline.streams().state() == KafkaStreams.State.RUNNING) {
                    try (TopicAdmin admin = new TopicAdmin(read)) {
                        admin.confirmState(Pipeline.topology(read, placement), placement.partitions());
                    }
                    confirmed = true;
                }
            }
        }
        return 0;
    }

    static void listSettings(PrintWriter out) {
        for (Setting setting : Setting.values()) {
            out.printf("%-24s %-28s %s%n", setting.key(), setting.defaultValue(), setting.purpose());
        }
        out.flush();
    }
}
