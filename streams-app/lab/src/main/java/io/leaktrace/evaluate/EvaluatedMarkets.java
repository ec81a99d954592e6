package io.leaktrace.evaluate;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.files.JsonLines;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.PlantedLeaks;
import io.leaktrace.simulate.PlantedSettings;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedContacts;
import io.leaktrace.simulate.SimulatedMarket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** All markets of the evaluation, each a row of the tables. */
public final class EvaluatedMarkets {

    static final String USUAL = "usual";

    private static final String RARELY = "rarely reported";
    private static final String STORY = "story";
    private static final String LONG = "long";
    private static final String SHORT = "short";

    /** Scenarios that are evaluated on odd seeds only, to keep the whole evaluation under half an hour. */
    private static final Set<Scenario> ON_ODD_SEEDS = Set.of(
            Scenario.STOLEN_ARCHIVE_LONG,
            Scenario.REPORTS_BEFORE_BUYING,
            Scenario.CALL_CENTRES,
            Scenario.WITHIN_THE_HOUR,
            Scenario.TIMES_TO_THE_DAY,
            Scenario.MIXED_CLOCKS,
            Scenario.LEAKING_SELLER,
            Scenario.SLOW_CALLERS,
            Scenario.OTHER_KNOWLEDGE,
            Scenario.OFTEN_CALLED_SHOPPERS,
            Scenario.RARELY_REPORTED);

    /** Largest number of rows with the same orders that are recorded in one pass; they are in memory together. */
    private static final int RECORDED_TOGETHER = 6;

    private static final double USUAL_BACKGROUND = 0.001;

    /**
     * A row and its market, whose orders and contacts depend on the seed.
     *
     * @param evidence whether the market keeps its further evidence
     */
    private record Row(Cell cell, Scenario scenario, MarketOverrides overrides, boolean leaks, boolean evidence) {

        Row(Cell cell, Scenario scenario, MarketOverrides overrides, boolean leaks) {
            this(cell, scenario, overrides, leaks, true);
        }

        boolean isEvaluatedOn(long seed, boolean leakFreeSeed) {
            return cell.leakFree() == leakFreeSeed
                    && (leakFreeSeed || seed % 2 == 1 || !ON_ODD_SEEDS.contains(scenario));
        }

        SimulatedMarket market(long seed) {
            CallHabits habits = CallHabits.assumed();
            SimulatedMarket market = leaks
                    ? scenario.market(seed, overrides, habits)
                    : scenario.marketWithoutLeaks(seed, overrides, habits);
            return evidence ? market : market.withoutEvidence();
        }
    }

    /** Ends of the titles of rows without the further evidence of their scenario, and of those without leaks. */
    static final String WITHOUT_EVIDENCE = ", without it";

    static final String LEAK_FREE = ", nobody leaks";

    private final List<Row> rows = new ArrayList<>();
    private final List<RealOrders> real;

    /** @param real real orders on which leaks are planted too; may be empty */
    public EvaluatedMarkets(List<RealOrders> real) {
        this.real = List.copyOf(real);
        for (Scenario scenario : Scenario.values()) {
            String market = marketOf(scenario);
            if (!scenario.isLeakFree() && !scenario.hasEvidence() && scenario != Scenario.LEAK_SIZES) {
                rows.add(new Row(new Cell(scenario.title(), market, false), scenario, MarketOverrides.NONE, true));
            }
        }
        for (double factor : new double[] {0.5, 1, 2}) {
            String market = factor == 1 ? USUAL : "background × " + factor;
            MarketOverrides background =
                    new MarketOverrides(null, null, null, null, null, factor * USUAL_BACKGROUND, null, null);
            String name = "leak-sizes, background × " + factor;
            rows.add(new Row(new Cell(name, market, false), Scenario.LEAK_SIZES, background, true));
            if (factor != 1) {
                rows.add(leakFree(Scenario.QUIET, market, background));
            }
        }
        for (Scenario background : List.of(
                Scenario.QUIET,
                Scenario.FESTIVAL_QUIET,
                Scenario.OFTEN_CALLED,
                Scenario.OFTEN_CALLED_SHOPPERS,
                Scenario.REGIONAL_WAVE)) {
            rows.add(leakFree(background, USUAL, MarketOverrides.NONE));
        }
        rows.add(leakFree(Scenario.RARELY_REPORTED, RARELY, MarketOverrides.NONE));
        rows.add(leakFree(Scenario.STORY, STORY, MarketOverrides.NONE));
        rows.add(leakFree(Scenario.STOLEN_ARCHIVE_LONG, LONG, MarketOverrides.NONE));
        rows.add(leakFree(Scenario.SHORT_EXTRACT, SHORT, MarketOverrides.NONE));
        for (Scenario world : List.of(
                Scenario.FALSE_REPORTS,
                Scenario.CAREFUL_FALSE_REPORTS,
                Scenario.REPORTS_BEFORE_BUYING,
                Scenario.CALL_CENTRES,
                Scenario.TIMES_TO_THE_DAY,
                Scenario.MIXED_CLOCKS)) {
            Cell cell = new Cell(world.title() + LEAK_FREE, USUAL, true, false);
            rows.add(new Row(cell, world, MarketOverrides.NONE, false));
        }
        // Its leak is planted, but no custodian in the data leaks.
        Cell hidden = new Cell(Scenario.HIDDEN_LEAKER.title(), USUAL, true, false);
        rows.add(new Row(hidden, Scenario.HIDDEN_LEAKER, MarketOverrides.NONE, true));
    }

    private EvaluatedMarkets() {
        this.real = List.of();
    }

    /** Returns the scenarios with further evidence: each with it, without it, and with it but without leaks. */
    public static EvaluatedMarkets withFurtherEvidence() {
        EvaluatedMarkets markets = new EvaluatedMarkets();
        for (Scenario scenario : Scenario.values()) {
            if (scenario.hasEvidence()) {
                String title = scenario.title();
                markets.rows.add(new Row(new Cell(title, USUAL, false), scenario, MarketOverrides.NONE, true));
                Cell without = new Cell(title + WITHOUT_EVIDENCE, USUAL, false);
                markets.rows.add(new Row(without, scenario, MarketOverrides.NONE, true, false));
                Cell leakFree = new Cell(title + LEAK_FREE, USUAL, true);
                markets.rows.add(new Row(leakFree, scenario, MarketOverrides.NONE, false));
            }
        }
        return markets;
    }

    private static String marketOf(Scenario scenario) {
        return switch (scenario) {
            case STORY -> STORY;
            case RARELY_REPORTED -> RARELY;
            case STOLEN_ARCHIVE_LONG -> LONG;
            case SHORT_EXTRACT -> SHORT;
            default -> USUAL;
        };
    }

    private static Row leakFree(Scenario scenario, String market, MarketOverrides overrides) {
        String where = market.startsWith("background") ? ", " + market : "";
        return new Row(new Cell(scenario.title() + where + LEAK_FREE, market, true), scenario, overrides, false);
    }

    /**
     * Leaves out the rows of simulated markets with leaks that are not among these; leak-free rows stay, because
     * thresholds come from them.
     *
     * @throws IllegalArgumentException if there is no such row; the message lists all
     */
    public void restrictTo(Set<String> names) {
        List<String> withLeaks = rows.stream()
                .filter(row -> !row.cell.leakFree())
                .map(row -> row.cell.name())
                .toList();
        Set<String> unknown = new TreeSet<>(names);
        withLeaks.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no row with leaks has the title " + String.join("; ", unknown)
                    + ". These do:\n  " + String.join("\n  ", withLeaks));
        }
        rows.removeIf(row -> !row.cell.leakFree() && !names.contains(row.cell.name()));
    }

    /** The rows of simulated markets. */
    List<Cell> cells() {
        return rows.stream().map(Row::cell).toList();
    }

    /** The rows of simulated markets that are evaluated on a seed, or on a leak-free seed. */
    List<Cell> cellsOn(long seed, boolean leakFree) {
        return rowsOn(seed, leakFree, null).map(Row::cell).toList();
    }

    /** Number of trials of a seed; parameters as of {@link #trials}. */
    long trialsOn(long seed, boolean leakFree, String only) {
        return (only == null ? real.size() : 0) + rowsOn(seed, leakFree, only).count();
    }

    private Stream<Row> rowsOn(long seed, boolean leakFree, String only) {
        return rows.stream()
                .filter(row -> row.isEvaluatedOn(seed, leakFree)
                        && (only == null || row.cell.market().equals(only)));
    }

    /**
     * Tasks that record the trials of a seed; they are independent of each other.
     *
     * @param leakFree whether the seed is for thresholds instead of evaluation
     * @param only the market to record, or null for all
     * @param window in milliseconds
     */
    List<Callable<List<Trial>>> trials(long seed, boolean leakFree, String only, long window) {
        List<Callable<List<Trial>>> tasks = new ArrayList<>();
        if (only == null) {
            // First, because these take longest.
            real.forEach(data -> tasks.add(() -> planted(data, seed, leakFree, window)));
        }
        List<SimulatedMarket> markets = new ArrayList<>();
        List<List<Recorder.Case>> cases = new ArrayList<>();
        for (Row row : rowsOn(seed, leakFree, only).toList()) {
            SimulatedMarket market = row.market(seed);
            int same = 0;
            while (same < markets.size()
                    && (cases.get(same).size() == RECORDED_TOGETHER
                            || !markets.get(same).hasOrdersOf(market))) {
                same++;
            }
            if (same == markets.size()) {
                markets.add(market);
                cases.add(new ArrayList<>());
            }
            cases.get(same).add(new Recorder.Case(row.cell, market.contacts()));
        }
        for (int i = 0; i < markets.size(); i++) {
            SimulatedMarket market = markets.get(i);
            List<Recorder.Case> ofMarket = cases.get(i);
            tasks.add(() -> Recorder.record(seed, market::orderEvents, ofMarket, window));
        }
        return tasks;
    }

    private static List<Trial> planted(RealOrders data, long seed, boolean leakFree, long window) {
        BadLineListener noBadLines = line -> {
            throw new IllegalArgumentException(line.toString());
        };
        try {
            List<OrderEvent> events = new ArrayList<>();
            JsonLines.readOrderEvents(data.orders(), events::add, noBadLines);
            events.sort(Comparator.comparing(OrderEvent::occurredAt).thenComparing(OrderEvent::eventId));
            PlantedSettings usual = PlantedSettings.USUAL;
            PlantedSettings settings = new PlantedSettings(
                    leakFree ? 0 : usual.leaks(),
                    usual.leastTouches(),
                    data.ratePerOrder(),
                    Map.of(),
                    usual.backgroundPerBuyerDay(),
                    usual.idleShare(),
                    usual.reportedShare(),
                    data.zone(),
                    usual.currency());
            SimulatedContacts contacts =
                    PlantedLeaks.plant(List.of(data.orders()), settings, seed, CallHabits.assumed(), noBadLines);
            String name = leakFree ? data.name() + LEAK_FREE : data.name() + ", leaks planted";
            Cell cell = new Cell(name, data.name(), leakFree);
            return Recorder.record(seed, events::forEach, List.of(new Recorder.Case(cell, contacts)), window);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
