package io.leaktrace.lab;

import io.leaktrace.cli.MappingOptions;
import io.leaktrace.cli.ProgressLine;
import io.leaktrace.cli.UsageException;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.files.InvalidRecordException;
import io.leaktrace.files.JsonLines;
import io.leaktrace.files.TableSource;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.FtcComplaints;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.PlantedLeaks;
import io.leaktrace.simulate.PlantedSettings;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedContacts;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.simulate.SimulatedMarket;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that simulates a market with planted leaks, or plants leaks on orders in files. */
@Command(
        name = "simulate",
        description = "Simulate a market with planted leaks, as orders.jsonl, contacts.jsonl and truth.csv; or, with "
                + "--orders, plant leaks on orders in files.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "truth.csv has a row role,id,from,to for each leak; orders touched from then on are leaked.",
            "Of a stolen archive, from is the first day of the calls, because the copying cannot be seen,",
            "and to their end. False reports and calls without a leak have no row.",
            "",
            "Examples:",
            "  leaktrace simulate --scenario leaking-hub --seed 1 --out hub",
            "  leaktrace simulate --scenario quiet --orders-per-day 1000 --days 40 --out quiet",
            "  leaktrace simulate --orders olist/orders.jsonl --leaks 3 --seed 7 --out planted",
            "  leaktrace simulate --input mapping.sql --leaks 3 --seed 7 --out planted",
        })
final class SimulateCommand implements Callable<Integer> {

    /** Times after now are no reason to leave orders out here: leaks can be planted on them. */
    private static final TimeLimit NO_LIMIT = new TimeLimit(RecordValidator.LATEST, Duration.ZERO);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "The scenario of the market; --list-scenarios lists them.")
    private String scenario;

    @Option(names = "--list-scenarios", description = "List the scenarios and end.")
    private boolean list;

    @Option(names = "--seed", defaultValue = "1", description = "The same seed gives identical files (default: 1).")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the files.")
    private Path out;

    @Option(
            names = "--orders",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Plant leaks on these orders instead.")
    private List<Path> orders;

    @Mixin
    private MappingOptions mapping;

    @Option(
            names = "--ftc",
            paramLabel = "FILE",
            description = "Use the hours of calls and the reporting delays in this file of FTC complaints.")
    private Path ftc;

    @Option(names = "--orders-per-day", paramLabel = "N")
    private Integer ordersPerDay;

    @Option(names = "--days", paramLabel = "N")
    private Integer days;

    @Option(names = "--buyers", paramLabel = "N")
    private Integer buyers;

    @Option(names = "--sellers", paramLabel = "N")
    private Integer sellers;

    @Option(names = "--nodes", paramLabel = "N", description = "Logistics nodes, a fifth of them origin hubs.")
    private Integer nodes;

    @Option(
            names = "--background",
            paramLabel = "RATE",
            description = "Reported scam contacts per buyer and day without a leak.")
    private Double background;

    @Option(
            names = "--decoys-per-day",
            paramLabel = "N",
            description = "Orders of decoys per day in the scenario decoys (usually 50).")
    private Integer decoysPerDay;

    @Option(names = "--reported-share", paramLabel = "SHARE", description = "Share of all contacts that is reported.")
    private Double reportedShare;

    @Option(names = "--leak-rate", paramLabel = "RATE", description = "Reported victims per order touched by a leaker.")
    private Double leakRate;

    @Option(
            names = "--leaks",
            defaultValue = "3",
            paramLabel = "N",
            description = "With --orders: number of leakers to choose (default: 3).")
    private int leaks;

    @Option(
            names = "--least-touches",
            defaultValue = "30",
            paramLabel = "N",
            description = "With --orders: minimum number of orders touched by a chosen leaker (default: 30).")
    private int leastTouches;

    @Option(
            names = "--leak",
            paramLabel = "ROLE:ID=RATE",
            description = "With --orders: a custodian that leaks, with its rate; may be repeated.")
    private Map<String, Double> named = new LinkedHashMap<>();

    @Option(
            names = "--utc-offset",
            defaultValue = "Z",
            paramLabel = "OFFSET",
            description = "With --orders: local time of the buyers, as in -03:00 (default: Z).")
    private String offset;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        if (list) {
            for (Scenario one : Scenario.values()) {
                spec.commandLine().getOut().printf("%-21s %s%n", one.title(), one.description());
            }
            return 0;
        }
        if (out == null || out.toString().isEmpty() || (scenario == null) != plants()) {
            throw new UsageException(
                    "Give --out DIR, and either --scenario NAME, or --orders FILE or --input MAPPING.");
        }
        TableSource tables = mapping.tables();
        if (orders != null) {
            for (Path file : orders) {
                if (file.toString().equals("-") || Files.exists(file) && !Files.isRegularFile(file)) {
                    throw new UsageException(
                            "--orders: " + file + " is not a file; it is read twice here, so a pipe is not enough.");
                }
            }
        }
        try (ProgressLine progress = new ProgressLine(err)) {
            CallHabits habits = ftc == null ? CallHabits.assumed() : FtcComplaints.habits(ftc, progress);
            if (plants()) {
                plant(tables, habits, progress, err);
            } else {
                simulate(habits, err);
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
        return 0;
    }

    private boolean plants() {
        return orders != null || mapping.isGiven();
    }

    private void simulate(CallHabits habits, PrintWriter err) throws IOException {
        MarketOverrides overrides = new MarketOverrides(
                ordersPerDay, days, buyers, sellers, nodes, background, reportedShare, leakRate, decoysPerDay);
        SimulatedMarket market = Scenario.named(scenario).market(seed, overrides, habits);
        SimulatedFiles.write(market, out);
        err.printf(
                "Scenario %s, seed %d: %,d orders, %,d reported contacts, %d planted leaks, in %s%n",
                scenario,
                seed,
                market.orders(),
                market.contacts().caused().size(),
                market.truth().size(),
                out);
    }

    private ZoneOffset zone() {
        try {
            return ZoneOffset.of(offset);
        } catch (DateTimeException e) {
            throw new UsageException("--utc-offset takes Z or an offset as in -03:00, not '" + offset + "'.");
        }
    }

    /** Reads the order events of the files and of the mapping; it may have contacts, which are not used. */
    private void readOrders(TableSource tables, Consumer<OrderEvent> events, BadLineListener badLines)
            throws IOException {
        for (Path file : orders == null ? List.<Path>of() : orders) {
            JsonLines.readOrderEvents(file, events, badLines);
        }
        if (tables != null) {
            tables.read(
                    Pseudonyms.NONE,
                    event -> {
                        RecordValidator.rejection(event, event.buyerId(), NO_LIMIT)
                                .ifPresent(reason -> {
                                    throw new InvalidRecordException(reason);
                                });
                        events.accept(event);
                    },
                    contact -> {},
                    badLines);
        }
    }

    private void plant(TableSource tables, CallHabits habits, ProgressLine progress, PrintWriter err)
            throws IOException {
        PlantedSettings usual = PlantedSettings.USUAL;
        Map<Custodian, Double> rates = new LinkedHashMap<>();
        named.forEach((custodian, rate) -> rates.put(Custodian.parse(custodian), rate));
        PlantedSettings settings = new PlantedSettings(
                leaks,
                leastTouches,
                leakRate == null ? usual.ratePerOrder() : leakRate,
                rates,
                background == null ? usual.backgroundPerBuyerDay() : background,
                usual.idleShare(),
                reportedShare == null ? usual.reportedShare() : reportedShare,
                zone(),
                usual.currency());
        SimulatedContacts contacts = PlantedLeaks.plant(
                (events, bad) -> readOrders(tables, events, bad), "the files given", settings, seed, habits, progress);
        if (tables != null) {
            tables.notes().forEach(note -> err.println(SafeText.forTerminal(note)));
        }
        SimulatedFiles.write(contacts, out);
        err.printf(
                "Seed %d: planted %d leaks and %,d reported contacts (synthetic) on real orders, in %s%n",
                seed, contacts.truth().size(), contacts.caused().size(), out);
    }
}
