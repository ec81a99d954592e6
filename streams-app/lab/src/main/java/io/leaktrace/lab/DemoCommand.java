package io.leaktrace.lab;

import io.leaktrace.api.ApiServer;
import io.leaktrace.cli.ProgressLine;
import io.leaktrace.cli.SettingsOptions;
import io.leaktrace.cli.SuspectTable;
import io.leaktrace.cli.UsageException;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Suspect;
import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.embedded.FolderInUseException;
import io.leaktrace.embedded.Ports;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs everything on this machine with nothing installed. */
@Command(
        name = "demo",
        description =
                "Start a Kafka broker, a schema registry and the pipeline on this machine, load a simulated market "
                        + "with planted leaks, and print the suspects beside the truth.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  leaktrace demo", "  leaktrace demo --exit --scenario leaking-hub --seed 3"})
final class DemoCommand implements Callable<Integer> {

    private static final int SHOWN = 12;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(names = "--exit", description = "End when the market has been processed, instead of staying up.")
    private boolean exit;

    @Option(
            names = "--scenario",
            defaultValue = "story",
            paramLabel = "NAME",
            description = "The scenario of the market, as in 'simulate --list-scenarios' (default: story).")
    private String scenario;

    @Option(names = "--seed", defaultValue = "1", description = "The same seed gives the same market (default: 1).")
    private long seed;

    @Option(
            names = "--pace",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "Afterwards, seconds per six hours of the market (default: 5).")
    private int pace;

    @Option(
            names = "--dir",
            defaultValue = ".leaktrace/demo",
            paramLabel = "DIR",
            description = "Folder for the demo's data; emptied first. Only one demo at a time can use a folder.")
    private Path dir;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long start = System.nanoTime();
        PrintWriter err = spec.commandLine().getErr();
        Settings configured = settings.read();
        if (pace < 1) {
            throw new UsageException("--pace must be at least 1 second, not " + pace + ".");
        }
        if (!EmbeddedPlatform.mayEmpty(dir)) {
            throw new UsageException(
                    "--dir: " + dir + " holds other files than those of a demo, and a demo empties its folder. "
                            + "Choose another folder, or delete its content.");
        }
        SimulatedMarket market = market();
        err.println("Starting a Kafka broker and a schema registry …");
        err.flush();
        try (EmbeddedPlatform platform = platform()) {
            Settings here = withConsole(EmbeddedRun.onPlatform(configured, platform, dir));
            SimulatedFiles.write(market, dir);
            InputFiles input = new InputFiles(
                    List.of(dir.resolve(SimulatedFiles.ORDERS)),
                    List.of(dir.resolve(SimulatedFiles.CONTACTS)),
                    here.timeLimit(Instant.now()));
            if (exit) {
                process(market, here, input, pipeline -> {}, start);
                return 0;
            }
            EmbeddedRun.createTopics(here);
            try (ApiServer api = new ApiServer(here, true)) {
                err.printf("The console is at %s%n", api.address());
                err.flush();
                process(market, here, input, api::follow, start);
                stayUp(market, here, api, err);
            }
        }
        return 0;
    }

    private EmbeddedPlatform platform() {
        try {
            return EmbeddedPlatform.startFresh(dir);
        } catch (FolderInUseException e) {
            throw new StartException("A demo is already running: " + e.getMessage() + " with --dir DIR.", e);
        }
    }

    /** Settings with API and console, on another port if the usual one is taken; without them if the demo is to end. */
    private Settings withConsole(Settings here) {
        int port = exit ? 0 : Ports.freeOr(here.integer(Setting.HTTP_PORT));
        Map<String, String> changes = new TreeMap<>();
        changes.put(Setting.HTTP_PORT.key(), Integer.toString(port));
        if (exit) {
            changes.put(Setting.FINDINGS_DAYS.key(), "0");
        }
        return here.with(changes);
    }

    private void process(
            SimulatedMarket market, Settings here, InputFiles input, Consumer<Pipeline> watcher, long start)
            throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        EmbeddedRun run;
        try (ProgressLine progress = new ProgressLine(err)) {
            run = new EmbeddedRun(here, input, dir, progress);
            run.runOn(here, watcher);
        }
        err.printf("Through in %s.%n", ProgressLine.seconds(start));
        err.flush();
        show(market, run.suspects(), out);
        if (market.scenario() == Scenario.STORY) {
            StoryEvidence.print(here, out);
        }
        out.flush();
    }

    private SimulatedMarket market() {
        try {
            return Scenario.named(scenario).market(seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private void show(SimulatedMarket market, List<Suspect> suspects, PrintWriter out) {
        Map<Custodian, String> truth = new TreeMap<>();
        DateTimeFormatter day = DateTimeFormatter.ofPattern("MM-dd").withZone(ZoneOffset.UTC);
        for (Leak leak : market.truth()) {
            String until = leak.to() == null ? "" : " to " + day.format(leak.to());
            truth.put(leak.custodian(), "LEAKS (planted) from " + day.format(leak.from()) + until);
        }
        out.printf(
                "%nSimulated market '%s', seed %d: %s.%n%,d orders and %,d reported contacts of %d days; %d leaks are "
                        + "planted.%n%n",
                market.scenario().title(),
                seed,
                market.scenario().description(),
                market.orders(),
                market.contacts().caused().size(),
                market.settings().days(),
                truth.size());
        SuspectTable.print(out, suspects, SHOWN, truth, null);
        out.println();
        out.println(verdict(suspects, truth));
        out.flush();
    }

    /**
     * A sentence with the numbers of leakers on the first ranks, of leakers accused and of innocent custodians accused.
     */
    private static String verdict(List<Suspect> suspects, Map<Custodian, String> truth) {
        long firstRanks = suspects.stream()
                .limit(truth.size())
                .filter(suspect -> truth.containsKey(suspect.custodian()))
                .count();
        long found = suspects.stream()
                .filter(suspect -> suspect.firstAlertedAt() != null && truth.containsKey(suspect.custodian()))
                .count();
        long innocent = suspects.stream()
                .filter(suspect -> suspect.firstAlertedAt() != null && !truth.containsKey(suspect.custodian()))
                .count();
        return String.format(
                "%d of %d planted leakers stand on the first %d ranks; alerts were raised on %d of them and on %d "
                        + "innocent custodians.",
                firstRanks, truth.size(), truth.size(), found, innocent);
    }

    private void stayUp(SimulatedMarket market, Settings here, ApiServer api, PrintWriter err)
            throws InterruptedException {
        MarketFeed feed = new MarketFeed(here, market, end(here));
        try (Pipeline pipeline = new Pipeline(here, here.integer(Setting.TOPIC_PARTITIONS), false)) {
            pipeline.start();
            api.follow(pipeline);
            err.printf(
                    "%nThe market goes on, six hours every %d s; Ctrl-C ends it. See the suspects and give verdicts at:%n"
                            + "  %s%n"
                            + "or, from another terminal:%n"
                            + "  ./leaktrace suspects -b %s -r %s%n",
                    pace, api.address(), here.get(Setting.BOOTSTRAP_SERVERS), here.get(Setting.SCHEMA_REGISTRY_URL));
            err.flush();
            while (!pipeline.awaitEnd(Duration.ofSeconds(pace))) {
                feed.sendEpoch();
            }
        }
    }

    /** The end of the last epoch that was closed. */
    private static Instant end(Settings here) {
        Instant[] end = {null};
        try (TopicReader reader = new TopicReader(here, here.topics().leakEpochs())) {
            reader.readToEnd(record -> end[0] = ((Epoch) record).end());
        }
        return end[0];
    }
}
