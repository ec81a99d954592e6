package io.leaktrace.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.benchmarks.contenders.Catalogue;
import io.leaktrace.benchmarks.process.Measurement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final List<Catalogue> BOTH = List.of(Catalogue.POLL_AND_DECODE, Catalogue.LEAKTRACE_EOS_1_MEMORY);

    private static Turn turn(Catalogue contender, long orders, int round, double cpuSeconds) {
        return new Turn(
                contender, orders, 2, round, new Measurement(cpuSeconds, 2 * cpuSeconds, 300 << 20, "", Double.NaN));
    }

    private static String table(Turn... turns) {
        return new Table(List.of(turns), BOTH, Map.of()).markdown();
    }

    @Test
    void ratiosAreOfTheSameRoundAndTheirMedianCounts() {
        String table = table(
                turn(BOTH.get(0), 1_000_000, 1, 1),
                turn(BOTH.get(1), 1_000_000, 1, 2),
                turn(BOTH.get(0), 1_000_000, 2, 10),
                turn(BOTH.get(1), 1_000_000, 2, 30),
                turn(BOTH.get(0), 1_000_000, 3, 2),
                turn(BOTH.get(1), 1_000_000, 3, 3));
        assertTrue(table.contains("| 3.00 (2.00–30.00) | 2.00× (1.50–3.00) | 6.0 | 300 |"), table);
    }

    @Test
    void moreCoresAreComparedWithTheFewest() {
        Measurement onOne = new Measurement(8, 9, 300 << 20, "", Double.NaN);
        Measurement onTwo = new Measurement(10, 6, 300 << 20, "", Double.NaN);
        List<Turn> turns =
                List.of(new Turn(BOTH.get(0), 3_000_000, 1, 1, onOne), new Turn(BOTH.get(0), 3_000_000, 2, 1, onTwo));
        String speedup = new Speedup(turns).markdown();
        assertTrue(
                speedup.contains("| poll-and-decode | 3,000,000 | 2 | 10.0 | 6.0 | 500,000 | 1.50 | 75% | 300 |"),
                speedup);
        assertTrue(new Speedup(turns.subList(0, 1)).markdown().isEmpty());
    }

    @Test
    void warmIsWhatEachFurtherOrderCosts() {
        String table = table(
                turn(BOTH.get(0), 1_000_000, 1, 3),
                turn(BOTH.get(0), 5_000_000, 1, 7),
                turn(BOTH.get(1), 1_000_000, 1, 10),
                turn(BOTH.get(1), 5_000_000, 1, 16));
        assertTrue(table.contains("| leaktrace-eos-1-memory | 1.50 (1.50–1.50) | 1.50× (1.50–1.50) | 1.60× |"), table);
    }
}
