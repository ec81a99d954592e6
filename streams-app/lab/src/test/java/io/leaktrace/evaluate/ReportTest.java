package io.leaktrace.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.evaluate.Outcome.Track;
import io.leaktrace.simulate.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final String OTHER = "other";
    private static final String PART = "without lead time";
    private static final Cell QUIET = new Cell("quiet, nobody leaks", "usual", true);
    private static final Cell LEAKS = new Cell("leaks", "usual", false);

    @TempDir
    private Path folder;

    private static Outcome outcome(Cell cell, long seed, String contestant, int rank, double alarm) {
        Track track = new Track(new Custodian(Role.SELLER, "s"), new double[] {1, alarm}, new int[] {3, 8}, 12);
        return new Outcome(
                cell,
                seed,
                contestant,
                cell.leakFree() ? new int[0] : new int[] {rank},
                cell.leakFree() ? List.of() : List.of(track),
                new double[] {2, 1},
                60,
                2100);
    }

    /** Ours finds the leak on the first and on the second place, the other on the fourth, and notices none. */
    private static Result result() {
        List<Outcome> outcomes = new ArrayList<>();
        for (String contestant : List.of(OTHER, Contestants.OURS, PART)) {
            outcomes.add(outcome(QUIET, 1001, contestant, 0, 0));
            for (int seed = 1; seed <= 2; seed++) {
                boolean ours = contestant.equals(Contestants.OURS);
                outcomes.add(outcome(LEAKS, seed, contestant, ours ? seed : 4, ours ? 5 : 0.5));
            }
        }
        return new Result(outcomes, List.of(OTHER, Contestants.OURS, PART));
    }

    @Test
    void tablesHoldMeansWithTheirErrors() {
        String text = new Report(result()).markdown();

        // 1 and 1/2: mean 0.75, standard error 0.25.
        assertTrue(text.contains("| leaks | 0.25 ± 0.00 | 0.75 ± 0.25 |"), text);
        assertTrue(text.contains("| leaks | 0 ± 0 | 100 ± 0 |"), text);
        assertTrue(text.contains("| leaks | – | 8 |"), text);
        assertTrue(text.contains("Nowhere."), text);
        assertTrue(text.contains("| leaks | 0.75 ± 0.25 | 0.25 ± 0.00 |"), "with a part left out: " + text);
    }

    /**
     * Ours has a mean of 0.75 where the ceiling has 1; both notice all leaks, each by its own alert rule. The limits are in
     * no other table, and need no leak-free market.
     */
    @Test
    void theCeilingHasATableOfItsOwnAndNoThreshold() throws Exception {
        List<Outcome> outcomes = new ArrayList<>(result().outcomes());
        for (String limit : Ceiling.NAMES) {
            outcomes.add(outcome(LEAKS, 1, limit, 1, 5));
            outcomes.add(outcome(LEAKS, 2, limit, 1, 5));
        }
        List<String> names = List.of(OTHER, Contestants.OURS, Ceiling.CEILING, Ceiling.ORACLE, PART);
        Report report = new Report(new Result(outcomes, names));
        String text = report.markdown();
        report.writeCsvAndPlots(folder);

        String row = "| leaks | 0.75 ± 0.25 | 1.00 ± 0.00 | 1.00 ± 0.00 | 75 | 100 ± 0 | 100 ± 0 | 100 ± 0 | 100 |";
        assertTrue(text.contains(row), text);
        assertTrue(text.contains("| | other | Leaktrace |\n"), text);
        assertTrue(text.contains("Nowhere."), text);
        assertEquals(
                Ceiling.NAMES.size(),
                Files.readAllLines(folder.resolve("quality.csv")).stream()
                        .filter(line -> line.endsWith(",-inf"))
                        .count());
    }

    @Test
    void filesAreWrittenForPeopleAndForMachines() throws Exception {
        new Report(result()).writeCsvAndPlots(folder);

        List<String> csv = Files.readAllLines(folder.resolve("quality.csv"));
        assertEquals(1 + 2 * 3, csv.size(), csv.toString());
        assertTrue(csv.get(0).startsWith("cell,market,leak_free,contestant,seeds,average_precision,"), csv.get(0));
        assertTrue(
                csv.stream().anyMatch(row -> row.startsWith("leaks,usual,false,Leaktrace,2,0.7500,0.2500,1.0000,")),
                csv.toString());
        for (String plot : List.of("precision-recall", "delay")) {
            assertTrue(Files.size(folder.resolve(plot + ".png")) > 1000, plot);
            assertTrue(Files.readString(folder.resolve(plot + ".svg")).contains("<svg"), plot);
        }
    }

    /** Without leak-free markets of its kind, no threshold could be found for a cell. */
    @Test
    void everyMarketHasLeakFreeCells() {
        List<Cell> cells = new EvaluatedMarkets(List.of()).cells();
        Set<String> leakFree = new HashSet<>();
        cells.stream().filter(Cell::calibrates).map(Cell::market).forEach(leakFree::add);
        cells.forEach(cell -> assertTrue(leakFree.contains(cell.market()), cell.toString()));
        assertEquals(cells.size(), cells.stream().map(Cell::name).distinct().count(), "names are rows");
    }

    @Test
    void everyScenarioIsARowAndExpensiveOnesAreEvaluatedOnOddSeeds() {
        EvaluatedMarkets markets = new EvaluatedMarkets(List.of());
        List<Cell> evidence = EvaluatedMarkets.withFurtherEvidence().cells();
        for (Scenario scenario : Scenario.values()) {
            List<Cell> cells = scenario.hasEvidence() ? evidence : markets.cells();
            assertTrue(cells.stream().anyMatch(cell -> cell.name().startsWith(scenario.title())), scenario.title());
        }
        Set<String> odd =
                new HashSet<>(markets.cellsOn(1, false).stream().map(Cell::name).toList());
        assertTrue(odd.contains("call-centres") && odd.contains("stolen-archive"));
        odd.removeAll(markets.cellsOn(2, false).stream().map(Cell::name).toList());
        assertEquals(11, odd.size(), odd.toString());
        assertTrue(markets.cellsOn(1002, true).stream().allMatch(Cell::leakFree));
        assertEquals(
                Set.of(
                        "false-reports, nobody leaks",
                        "careful-false-reports, nobody leaks",
                        "reports-before-buying, nobody leaks",
                        "call-centres, nobody leaks",
                        "times-to-the-day, nobody leaks",
                        "mixed-clocks, nobody leaks",
                        "hidden-leaker"),
                new HashSet<>(markets.cellsOn(1002, true).stream()
                        .filter(cell -> !cell.calibrates())
                        .map(Cell::name)
                        .toList()));
    }
    /** Titles contain commas, so a list separated by commas could not name them. */
    @Test
    void rowsAreChosenByTheirTitles() {
        EvaluatedMarkets markets = new EvaluatedMarkets(List.of());
        String title = markets.cells().stream()
                .filter(cell -> !cell.leakFree() && cell.name().contains(","))
                .map(Cell::name)
                .findFirst()
                .orElseThrow();
        markets.restrictTo(Set.of(title));
        assertEquals(
                List.of(title),
                markets.cells().stream()
                        .filter(cell -> !cell.leakFree())
                        .map(Cell::name)
                        .toList());
        assertTrue(markets.cells().stream().anyMatch(Cell::leakFree), "thresholds come from them");
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> markets.restrictTo(Set.of("quiet, nobody leaks", "other")));
        assertTrue(
                refused.getMessage().startsWith("no row with leaks has the title other; quiet"), refused::getMessage);
        assertTrue(refused.getMessage().contains("\n  " + title), refused::getMessage);
    }
}
