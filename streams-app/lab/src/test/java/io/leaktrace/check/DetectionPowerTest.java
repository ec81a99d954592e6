package io.leaktrace.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.Role;
import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.engine.InMemoryPipeline;
import io.leaktrace.engine.MarketStore;
import io.leaktrace.localize.DetectionPower;
import io.leaktrace.localize.ModelComponent;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.CausedContact;
import io.leaktrace.simulate.Leak;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The stated power is that of the pipeline, and behaves as power does. */
class DetectionPowerTest {

    private static final ModelSettings MODEL = ModelSettings.defaults();

    /** The stated power is that of one leak; eight that start within days of each other may seem to have a common source. */
    private static final ModelSettings OF_ONE_LEAK = MODEL.without(Set.of(ModelComponent.COMMON_SOURCES));

    /** Markets, each with eight leaks of small sellers; {@code -Dpower.markets=20} for a precise comparison. */
    private static final int MARKETS = Integer.getInteger("power.markets", 2);

    /** Standard deviations of the number of values below the median that are put down to chance. */
    private static final double DEVIATIONS = 3;

    /** A market with its check, and the time at which an alert was first raised on each custodian. */
    private static final class Watched {
        final DataCheck check = new DataCheck(MODEL);
        final Map<Custodian, Instant> alerted = new TreeMap<>();
        final Map<Custodian, Double> ordersPerDay = new TreeMap<>();

        Watched(SimulatedMarket market) throws InterruptedException {
            try (InMemoryPipeline pipeline = new InMemoryPipeline(
                    "check",
                    OF_ONE_LEAK,
                    new CorrelateSettings(MODEL.window(), MODEL.epoch(), 0, MODEL.memoryDays()),
                    true,
                    1,
                    1,
                    List.of(new InMemoryCorrelatorStore()),
                    MarketStore.none(),
                    (finding, end) -> {
                        if (finding instanceof Alert alert && alert.change() == Alert.Change.RAISED) {
                            alerted.putIfAbsent(alert.custodian(), alert.at());
                        }
                    })) {
                market.inEventTime(
                        event -> {
                            accept(pipeline, event);
                            event.custodians()
                                    .forEach(custodian -> ordersPerDay.merge(
                                            custodian, 1.0 / market.settings().days(), Double::sum));
                        },
                        contact -> accept(pipeline, contact));
                pipeline.end();
            }
        }

        private void accept(InMemoryPipeline pipeline, InputRecord record) {
            check.accept(record);
            pipeline.accept(0, record.key().getBytes(StandardCharsets.UTF_8), record);
        }
    }

    @Test
    void theStatedNumberOfVictimsIsThatOfThePipeline() throws Exception {
        long seed = Seed.of("DetectionPowerTest");
        List<Double> measured = new ArrayList<>();
        List<Double> stated = new ArrayList<>();
        for (int i = 0; i < MARKETS; i++) {
            SimulatedMarket market = Scenario.SMALL_SELLERS.market(
                    seed + i, new MarketOverrides(400, 60, 6_000, 100, 50, null, null, 0.2), CallHabits.assumed());
            Watched watched = new Watched(market);
            DetectionPower power = watched.check.simulation(watched.check.figures());
            for (Leak leak : market.truth()) {
                double perDay = watched.ordersPerDay.get(leak.custodian());
                Instant alert = watched.alerted.get(leak.custodian());
                double victims = alert == null ? Double.POSITIVE_INFINITY : victims(market, leak.custodian(), alert);
                measured.add(victims);
                DetectionPower.Seen seen = power.of(leak.custodian().role(), perDay, leak.ratePerOrder());
                stated.add(Double.isNaN(seen.victims()) ? Double.POSITIVE_INFINITY : seen.victims());
            }
        }
        System.out.println("Victims until the alert, measured " + measured + ", stated " + stated);
        System.out.printf("Medians of %d leaks: %s, %s%n", measured.size(), median(measured), median(stated));
        List<Double> sorted = measured.stream().sorted().toList();
        // The number of values below the true median is binomial: this confidence interval holds in 997 of 1,000 cases.
        int low = (int) Math.floor(sorted.size() / 2.0 - DEVIATIONS * Math.sqrt(sorted.size()) / 2);
        int high = sorted.size() - 1 - low;
        assertTrue(Double.isFinite(median(measured)), "most leaks are seen");
        double median = median(stated);
        assertTrue(
                sorted.get(low) <= median && median <= sorted.get(high),
                median + " is not between " + sorted.get(low) + " and " + sorted.get(high));
    }

    private static double victims(SimulatedMarket market, Custodian leaking, Instant before) {
        Set<String> victims = new HashSet<>();
        for (CausedContact caused : market.contacts().caused()) {
            if (leaking.equals(caused.cause()) && caused.contact().reportedAt().isBefore(before)) {
                victims.add(caused.contact().buyerId());
            }
        }
        return victims.size();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    @Test
    void largerLeaksAreSeenSoonerAndAHigherBackgroundHidesThem() {
        DetectionPower quiet = power(1);
        DetectionPower.Seen small = quiet.of(Role.SELLER, 100, 0.005);
        DetectionPower.Seen large = quiet.of(Role.SELLER, 100, 0.05);
        assertTrue(large.week() > small.week() && large.month() >= small.month(), large + " " + small);
        DetectionPower.Seen noisy = power(50).of(Role.SELLER, 100, 0.005);
        assertTrue(noisy.month() < small.month() / 2, noisy + " " + small);
        assertEquals(small, power(1).of(Role.SELLER, 100, 0.005));
    }

    /** The power beside a background with this number of incidents a year of each buyer. */
    private static DetectionPower power(double incidentsPerYear) {
        double[] buyerDays = {50_000, 50_000, 20_000, 5_000, 1_000};
        double[] incidents = new double[buyerDays.length];
        for (int stratum = 0; stratum < incidents.length; stratum++) {
            incidents[stratum] = buyerDays[stratum] * incidentsPerYear / 365;
        }
        double[] disclosed = new double[512];
        disclosed[0b11000] = 100;
        return new DetectionPower(
                new DetectionPower.Market(
                        incidents, buyerDays, new double[] {0, 5, 3, 1, 1}, disclosed, 0.02, new int[] {3, 4, 5}, 500),
                MODEL);
    }
}
