package io.leaktrace.lab;

import io.leaktrace.cli.ProgressLine;
import io.leaktrace.cli.UsageException;
import io.leaktrace.domain.Custodian;
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
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a market with planted leaks, or plants leaks on orders that are in files. */
@Command(
        name = "simulate",
        description = "Make a market with planted leaks, as orders.jsonl, contacts.jsonl and truth.csv; or, with "
                + "--orders, plant leaks on orders in files.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  leaktrace simulate --scenario leaking-hub --seed 1 --out hub",
            "  leaktrace simulate --scenario quiet --orders-per-day 1000 --days 40 --out quiet",
            "  leaktrace simulate --orders olist/orders.jsonl --leaks 3 --seed 7 --out planted",
        })
final class SimulateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "Which market; --list-scenarios tells which there are.")
    private String scenario;

    @Option(names = "--list-scenarios", description = "List the scenarios and end.")
    private boolean list;

    @Option(names = "--seed", defaultValue = "1", description = "The same seed gives the same bytes (default: 1).")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to write the files.")
    private Path out;

    @Option(
            names = "--orders",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Plant leaks on these orders instead.")
    private List<Path> orders;

    @Option(
            names = "--ftc",
            paramLabel = "FILE",
            description = "Take hours of calls and delays of reports from this file.")
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

    @Option(names = "--reported-share", paramLabel = "SHARE", description = "Share of all contacts that is reported.")
    private Double reportedShare;

    @Option(names = "--leak-rate", paramLabel = "RATE", description = "Reported victims per order touched by a leaker.")
    private Double leakRate;

    @Option(
            names = "--leaks",
            defaultValue = "3",
            paramLabel = "N",
            description = "With --orders: leakers to choose (default: 3).")
    private int leaks;

    @Option(
            names = "--least-touches",
            defaultValue = "30",
            paramLabel = "N",
            description = "With --orders: orders a custodian must have touched to be chosen (default: 30).")
    private int leastTouches;

    @Option(
            names = "--leak",
            paramLabel = "ROLE:ID=RATE",
            description = "With --orders: a custodian that leaks, and its rate; may be repeated.")
    private Map<String, Double> named = new LinkedHashMap<>();

    @Option(
            names = "--utc-offset",
            defaultValue = "Z",
            paramLabel = "OFFSET",
            description = "With --orders: local time of the buyers, as -03:00 (default: Z).")
    private String offset;

    @Override
    public Integer call() throws IOException {
        PrintWriter words = spec.commandLine().getErr();
        if (list) {
            for (Scenario one : Scenario.values()) {
                spec.commandLine().getOut().printf("%-16s %s%n", one.title(), one.description());
            }
            return 0;
        }
        if (out == null || out.toString().isEmpty() || (scenario == null) == (orders == null)) {
            throw new UsageException("Give --out DIR, and either --scenario NAME or --orders FILE.");
        }
        if (orders != null) {
            for (Path file : orders) {
                if (file.toString().equals("-") || Files.exists(file) && !Files.isRegularFile(file)) {
                    throw new UsageException(
                            "--orders: " + file + " is no file; here it is read twice, so a pipe is " + "not enough.");
                }
            }
        }
        try (ProgressLine progress = new ProgressLine(words)) {
            CallHabits habits = ftc == null ? CallHabits.assumed() : FtcComplaints.habits(ftc, progress);
            if (orders != null) {
                plant(habits, progress, words);
            } else {
                simulate(habits, words);
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
        return 0;
    }

    private void simulate(CallHabits habits, PrintWriter words) throws IOException {
        MarketOverrides overrides =
                new MarketOverrides(ordersPerDay, days, buyers, sellers, nodes, background, reportedShare, leakRate);
        SimulatedMarket market = Scenario.named(scenario).market(seed, overrides, habits);
        SimulatedFiles.write(market, out);
        words.printf(
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
            throw new UsageException("--utc-offset is Z or as -03:00, not '" + offset + "'.");
        }
    }

    private void plant(CallHabits habits, ProgressLine progress, PrintWriter words) throws IOException {
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
        SimulatedContacts contacts = PlantedLeaks.plant(orders, settings, seed, habits, progress);
        SimulatedFiles.write(contacts, out);
        words.printf(
                "Seed %d: planted %d leaks and %,d reported contacts (synthetic) on real orders, in %s%n",
                seed, contacts.truth().size(), contacts.caused().size(), out);
    }
}
