package io.leaktrace.benchmarks.contenders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.market.MarketParquet;
import io.leaktrace.benchmarks.market.MarketTopics;
import io.leaktrace.benchmarks.market.Truth;
import io.leaktrace.benchmarks.process.ContenderProcess;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.benchmarks.process.Cores;
import io.leaktrace.benchmarks.process.Measurement;
import io.leaktrace.benchmarks.process.Platform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.runtime.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every contender, in a process of its own as in a benchmark, finds the truth about a small market. */
class EveryContenderTest {

    private static final int CHECKPOINT_MILLIS = 500;

    @TempDir
    private static Path folder;

    private static final long SEED = new Random().nextLong();

    private static Platform platform;
    private static Market market;
    private static Counts truth;
    private static Map<String, String> settings;

    @BeforeAll
    static void prepare() throws Exception {
        System.out.println("EveryContenderTest, seed " + SEED);
        platform = Platform.start(folder);
        market = new Market(SEED, 20_000, 2_000, 3_000);
        truth = Truth.of(market);
        settings = new HashMap<>(platform.settings());
        EmbeddedRun.createTopics(Settings.of(settings));
        MarketTopics.fill(market, Settings.of(settings));
        MarketParquet.write(market, folder.resolve("parquet"));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @ParameterizedTest
    @EnumSource
    void findsTheTruth(Catalogue contender) throws Exception {
        ContenderRun run = new ContenderRun(
                contender.label(),
                contender.label(),
                market,
                settings,
                folder.resolve("parquet"),
                folder.resolve("work-" + contender.label()),
                Cores.all(),
                CHECKPOINT_MILLIS);
        Measurement measured = ContenderProcess.run(run, folder);
        assertEquals(contender.claim().of(market, truth), measured.result(), "seed " + SEED);
        assertTrue(measured.cpuSeconds() > 0, "CPU time is measured");
        assertTrue(measured.peakBytes() > 0, "memory is measured");
    }
}
