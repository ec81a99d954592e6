package io.leaktrace.localize;

import static io.leaktrace.localize.AnEpoch.CHAIN;
import static io.leaktrace.localize.AnEpoch.FIRST_DAY;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Fifty sellers with five orders a day each over 26 days; some leak to callers on the day after the order. */
class CommonSourcesTest {

    private static final int SELLERS = 50;
    private static final int DAYS = 26;
    /** Intensity of the background of each incident, in reported contacts per day. */
    private static final double BACKGROUND = 0.005;

    private static final AlertPolicy POLICY = new AlertPolicy(3, 5);

    private final AnEpoch epoch = new AnEpoch();

    CommonSourcesTest() {
        for (int seller = 0; seller < SELLERS; seller++) {
            for (int day = 0; day < DAYS; day++) {
                for (int i = 0; i < 4; i++) {
                    epoch.order(24 * day + 9 + i, name(seller));
                }
                epoch.order(24 * day + 10, seller("without incidents"));
            }
        }
        // Calls that no seller caused.
        for (int i = 0; i < 60; i++) {
            epoch.contact(24 * (1 + i * 24 / 60) + 12, "called-" + i, 24 * (i * 24 / 60) + 10, name(i * 7 % SELLERS));
        }
    }

    private static Custodian name(int seller) {
        return seller("s" + seller);
    }

    /** One order in five leaks from a day to the end. */
    private void leak(int seller, int fromDay) {
        for (int day = fromDay; day < DAYS - 1; day++) {
            epoch.contact(24 * day + 34, "victim-" + seller + "-" + day, 24 * day + 11, name(seller));
        }
    }

    private CommonSources.Clients find(Map<Role, Long> carried) {
        EpochData data = epoch.endingAt(24 * DAYS);
        double[] background = new double[data.incidents().size()];
        double[] shopping = new double[background.length];
        double[] knowledge = new double[data.candidates().size()];
        Arrays.fill(background, BACKGROUND);
        Arrays.fill(knowledge, 1);
        Intensities intensities = new Intensities(
                data.candidates(), background, shopping, background, knowledge, new double[knowledge.length]);
        DailyLogLikelihood likelihood = new DailyLogLikelihood(data, CHAIN, intensities);
        List<LeakEstimate> estimates = data.accounts().stream()
                .map(account -> estimate(data, account, likelihood))
                .toList();
        return CommonSources.find(new Attribution(data, null, intensities, estimates), CHAIN, POLICY, carried);
    }

    private static LeakEstimate estimate(EpochData data, Account account, DailyLogLikelihood likelihood) {
        LeakEstimate estimate = LeakEstimate.initial(LeakLevels.NONE);
        LeakChain.Day[] likelihoods = likelihood.of(account, estimate, true);
        LeakChain.State[] states = CHAIN.states(CHAIN.start(), likelihoods);
        LeakChain.State last = states[states.length - 1];
        LeakChain.Smoothed smoothed = CHAIN.backward(states, likelihoods, false);
        boolean isBlamed = CHAIN.everLeaked(last) > 0.05;
        return estimate.weighed(last, last, last.statistic())
                .blamed(
                        isBlamed ? LeakLevels.NONE.withSlidingWindow(data.days(), smoothed.level()) : LeakLevels.NONE,
                        isBlamed ? smoothed : null);
    }

    private int clientsOf(CommonSources.Clients found, int seller) {
        return found.clients()[epoch.endingAt(24 * DAYS).account(name(seller)).index()];
    }

    @Test
    void sellersThatStartToLeakTogetherShareASource() {
        for (int seller = 0; seller < 12; seller++) {
            leak(seller, 14);
        }
        CommonSources.Clients found = find(Map.of());

        assertEquals(new TreeMap<>(Map.of(Role.SELLER, FIRST_DAY + 14)), found.onsets());
        for (int seller = 0; seller < 12; seller++) {
            assertEquals(12, clientsOf(found, seller), "seller " + seller);
        }
        assertEquals(0, clientsOf(found, 30));
    }

    @Test
    void sellersThatStartOneAfterTheOtherLeakOfTheirOwn() {
        for (int seller = 0; seller < 12; seller++) {
            leak(seller, 3 + 3 * seller / 2);
        }
        assertEquals(Map.of(), find(Map.of()).onsets());
    }

    @Test
    void fewSellersMayStartTogetherByChance() {
        for (int seller = 0; seller < 4; seller++) {
            leak(seller, 14);
        }
        assertEquals(Map.of(), find(Map.of()).onsets());
    }

    /** Each of the others may be a client that nobody called yet, but none of them is known to be one. */
    @Test
    void sellersWithoutVictimsDoNotMakeASource() {
        for (int seller = 0; seller < 7; seller++) {
            leak(seller, 14);
        }
        assertEquals(Map.of(), find(Map.of()).onsets());
    }

    /** A source that started when the sliding window begins, or before, is carried on; a leak that started later is another. */
    @Test
    void aKnownSourceIsCarriedOn() {
        leak(0, 0);
        leak(1, 18);
        long onset = FIRST_DAY;
        CommonSources.Clients found = find(Map.of(Role.SELLER, onset));

        assertEquals(new TreeMap<>(Map.of(Role.SELLER, onset)), found.onsets());
        assertTrue(clientsOf(found, 0) > 0);
        assertEquals(0, clientsOf(found, 1));
    }
}
