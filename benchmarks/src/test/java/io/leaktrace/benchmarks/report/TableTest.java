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
                contender, orders, round, new Measurement(cpuSeconds, 2 * cpuSeconds, 300 << 20, "", Double.NaN));
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
    void warmIsWhatEachFurtherOrderCosts() {
        String table = table(
                turn(BOTH.get(0), 1_000_000, 1, 3),
                turn(BOTH.get(0), 5_000_000, 1, 7),
                turn(BOTH.get(1), 1_000_000, 1, 10),
                turn(BOTH.get(1), 5_000_000, 1, 16));
        assertTrue(table.contains("| leaktrace-eos-1-memory | 1.50 (1.50–1.50) | 1.50× (1.50–1.50) | 1.60× |"), table);
    }
}
