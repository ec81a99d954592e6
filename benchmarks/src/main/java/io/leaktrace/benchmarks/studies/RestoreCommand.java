package io.leaktrace.benchmarks.studies;

import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.market.MarketTopics;
import io.leaktrace.benchmarks.process.CommittedOffsets;
import io.leaktrace.benchmarks.process.PipelineProcess;
import io.leaktrace.benchmarks.process.Platform;
import io.leaktrace.domain.EventTime;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long an instance that has lost everything takes to be back. */
@Command(
        name = "restore",
        description =
                "Runs the pipeline over 59 of 60 days, kills it, deletes its state, sends the last day's input and "
                        + "starts it again: how long until its state is restored, and until the day is caught up. How long Kafka "
                        + "takes to give up the killed instance (session.timeout.ms, 45 s by default) is no part of it.",
        mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {

    private static final long CHECK_MILLIS = 50;
    private static final long LAST_DAY = Market.START + Market.SPAN - EventTime.DAY;

    @Spec
    private CommandSpec spec;

    @Option(names = "--orders", defaultValue = "5000000", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long orders;

    @Option(names = "--buyers", defaultValue = "1000000", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int buyers;

    @Option(names = "--contacts", defaultValue = "50000", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int contacts;

    @Option(
            names = "--stores",
            defaultValue = "memory",
            paramLabel = "KIND",
            description = "The setting state.stores (default: ${DEFAULT-VALUE}).")
    private String stores;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        if (orders < 1 || buyers < 1 || contacts < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--orders and --buyers must be at least 1, --contacts at least 0");
        }
        Path folder = Files.createTempDirectory("leaktrace-bench-restore-");
        PrintWriter words = spec.commandLine().getErr();
        Market market = new Market(seed, orders, buyers, contacts);
        try (Platform platform = Platform.start(folder)) {
            Map<String, String> values = new HashMap<>(platform.settings());
            values.put("application.id", "restore");
            values.put("state.dir", folder.resolve("state").toString());
            values.put("state.stores", stores);
            // The least that brokers allow, so that the killed instance is given up soon.
            values.put("kafka.session.timeout.ms", "6000");
            values.put("kafka.heartbeat.interval.ms", "1000");
            Settings settings = Settings.of(values);
            words.println("Sending 59 days …");
            EmbeddedRun.createTopics(settings);
            MarketTopics.fill(market, settings, Long.MIN_VALUE, LAST_DAY);
            try (Admin admin = Admin.create(settings.kafka())) {
                words.println("Running over 59 days …");
                words.flush();
                PipelineProcess first = PipelineProcess.start("before", values, folder);
                try (first) {
                    awaitThrough(admin, settings, first);
                    first.kill();
                }
                EmbeddedPlatform.delete(folder.resolve("state"));
                awaitGivenUp(admin);
                words.println("Sending the last day …");
                words.flush();
                MarketTopics.fill(market, settings, LAST_DAY, Long.MAX_VALUE);
                long start = System.nanoTime();
                try (PipelineProcess again = PipelineProcess.start("after", values, folder)) {
                    again.awaitRunning();
                    double restored = (System.nanoTime() - start) / 1e9;
                    awaitThrough(admin, settings, again);
                    double through = (System.nanoTime() - start) / 1e9;
                    spec.commandLine()
                            .getOut()
                            .printf(
                                    "| orders | stores | s to restore, start included | s to catch up a day of %,d orders |%n"
                                            + "|---:|---|---:|---:|%n| %,d | %s | %.1f | %.1f |%n",
                                    orders / 60, orders, stores, restored, through - restored);
                    spec.commandLine().getOut().flush();
                }
            }
        }
        EmbeddedPlatform.delete(folder);
        return 0;
    }

    /** Waits until all input has been processed and committed. */
    private static void awaitThrough(Admin admin, Settings settings, PipelineProcess pipeline)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> ends = CommittedOffsets.ends(
                admin,
                List.of(settings.topics().orderEvents(), settings.topics().scamContacts()));
        do {
            pipeline.requireAlive();
            Thread.sleep(CHECK_MILLIS);
        } while (!CommittedOffsets.reach(admin, "restore", ends));
    }

    /** Waits until Kafka counts the killed instance as gone, and its last transaction as given up. */
    private static void awaitGivenUp(Admin admin) throws InterruptedException, ExecutionException {
        ListTransactionsOptions open = new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING));
        while (admin.describeConsumerGroups(List.of("restore"))
                                .describedGroups()
                                .get("restore")
                                .get()
                                .groupState()
                        != GroupState.EMPTY
                || !admin.listTransactions(open).all().get().isEmpty()) {
            Thread.sleep(CHECK_MILLIS);
        }
    }
}
