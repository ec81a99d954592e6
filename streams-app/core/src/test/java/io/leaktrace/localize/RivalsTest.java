package io.leaktrace.localize;

import static io.leaktrace.localize.AnEpoch.CHAIN;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Ten incidents are attributed to a seller; other custodians could explain some of them. */
class RivalsTest {

    private static final int INCIDENTS = 10;
    private static final double STRONG = 30;
    private static final AlertPolicy POLICY = new AlertPolicy(4, 5);

    private final AnEpoch epoch = new AnEpoch();

    /** @param parts number of incidents that each other custodian could explain; they explain disjoint incidents */
    private EpochData data(Map<Custodian, Integer> parts) {
        List<Custodian> other = new ArrayList<>();
        parts.keySet().stream().sorted().forEach(custodian -> {
            for (int i = 0; i < parts.get(custodian); i++) {
                other.add(custodian);
            }
        });
        for (int i = 0; i < INCIDENTS; i++) {
            if (i < other.size()) {
                epoch.contact(40, "b" + i, 30, seller("blamed"), other.get(i));
            } else {
                epoch.contact(40, "b" + i, 30, seller("blamed"));
            }
        }
        return epoch.endingAt(48);
    }

    /**
     * @param alone statistic of the others alone, a natural logarithm
     * @param given statistic of the others given the blame on the seller
     */
    private static Rivals.Rival rival(EpochData data, double alone, double given) {
        return rival(data, alone, given, new int[data.accounts().size()]);
    }

    /** @param inCommon by account, the number of clients of its common source, or 0 */
    private static Rivals.Rival rival(EpochData data, double alone, double given, int[] inCommon) {
        return rival(data, alone, given, inCommon, 0);
    }

    /** @param knowledge likelihood ratio of what the callers disclose if they have the data of the others */
    private static Rivals.Rival rival(EpochData data, double alone, double given, int[] inCommon, double knowledge) {
        CommonSources.Clients common = new CommonSources.Clients(inCommon, new TreeMap<>());
        double[] blame = new double[data.candidates().size()];
        double[] total = new double[INCIDENTS];
        double[] none = new double[INCIDENTS];
        Arrays.fill(total, 1);
        double[] knowledgeOfAll = new double[blame.length];
        Arrays.fill(knowledgeOfAll, knowledge);
        for (int explanation : data.account(seller("blamed")).explanations()) {
            blame[explanation] = 1;
            knowledgeOfAll[explanation] = 1;
        }
        Intensities intensities = new Intensities(data.candidates(), none, none, total, knowledgeOfAll, blame);
        List<LeakEstimate> estimates = data.accounts().stream()
                .map(account -> account.custodian().equals(seller("blamed"))
                        ? estimate(STRONG, STRONG)
                        : estimate(alone, given))
                .toList();
        return new Rivals(new Attribution(data, null, intensities, estimates), POLICY, common)
                .of(data.account(seller("blamed")));
    }

    private static LeakEstimate estimate(double alone, double given) {
        return new LeakEstimate(NegativeControl.Factor.NONE, LeakLevels.NONE, null, null, given, alone, null);
    }

    @Test
    void aCustodianThatExplainsHalfAndIsNearlyAsStrongAloneIsARival() {
        EpochData data = data(Map.of(node("n"), 5));

        Rivals.Rival rival = rival(data, STRONG - Math.log(19), 0);
        assertEquals(node("n"), rival.custodian());
        assertEquals(0.5, rival.shared(), 1e-12);
        assertNull(rival(data, STRONG - Math.log(21), 0), "weaker by more than a factor of 20");
    }

    @Test
    void aCustodianThatExplainsLessThanHalfIsNoRival() {
        assertNull(rival(data(Map.of(node("n"), 4)), STRONG, 0));
    }

    @Test
    void aCustodianAboveTheAlertThresholdIsNoRival() {
        assertNull(rival(data(Map.of(node("n"), 9)), STRONG, POLICY.raiseAt() * Math.log(10) + 0.01));
    }

    /** What it leaves to explain is no evidence that both leak, and a factor of 8,000 no evidence which of them does. */
    @Test
    void aCustodianWithTheSameOrdersIsARivalAlsoAboveTheAlertThreshold() {
        EpochData data = data(Map.of(node("n"), 10));
        double aboveThreshold = POLICY.raiseAt() * Math.log(10) + 0.01;

        assertEquals(
                node("n"), rival(data, STRONG - Math.log(7_999), aboveThreshold).custodian());
        assertNull(rival(data, STRONG - Math.log(8_001), aboveThreshold));
    }

    /** With three orders more, without incidents, the rate of the other's leak would be lower. */
    @Test
    void aCustodianWithManyMoreOrdersDoesNotHaveTheSameOnes() {
        for (int more = 0; more < 3; more++) {
            epoch.order(30, node("n"));
        }
        EpochData data = data(Map.of(node("n"), 10));

        assertNull(rival(data, STRONG - Math.log(21), POLICY.raiseAt() * Math.log(10) + 0.01));
        assertNull(rival(data, STRONG - Math.log(21), 0));
        assertEquals(node("n"), rival(data, STRONG - Math.log(19), 0).custodian());
    }

    /** Incidents of days that are final stay attributed to one of the two, so their evidence alone is not on equal terms. */
    @Test
    void ofTwoWithTheSameOrdersTheIncidentsDecideAndNotTheirEvidenceAlone() {
        EpochData data = data(Map.of(node("n"), 10));
        double aboveThreshold = POLICY.raiseAt() * Math.log(10) + 0.01;
        int[] none = new int[data.accounts().size()];

        Rivals.Rival rival = rival(data, 0, aboveThreshold, none, Math.pow(7_999, -0.1));
        assertEquals(node("n"), rival.custodian());
        assertNull(rival(data, 0, aboveThreshold, none, Math.pow(8_001, -0.1)));
    }

    @Test
    void aDismissedCustodianIsNoRival() {
        epoch.carried.put(node("n"), CustodianState.unknown(CHAIN).withVerdict(Verdict.DISMISSED, null));

        assertNull(rival(data(Map.of(node("n"), 9)), STRONG, 0));
    }

    /** The prior odds of two leaks are lower than those of one, by a factor of 10,000. */
    @Test
    void severalCustodiansTogetherAreRivalsIfTheirEvidenceOutweighsTheirPriorOdds() {
        EpochData data = data(Map.of(node("n1"), 4, node("n2"), 4));
        double odds = Math.log(10_000);
        double each = odds + (STRONG - odds) / 2;

        assertEquals(node("n1"), rival(data, each, 0).custodian());
        assertNull(rival(data, each - Math.log(20), 0));
    }

    /** That a client of a known source leaks is as likely as the share of clients, and not a start of its own. */
    @Test
    void clientsOfACommonSourceAreRivalsTogether() {
        EpochData data = data(Map.of(node("n1"), 4, node("n2"), 4));
        int[] inCommon = new int[data.accounts().size()];
        inCommon[data.account(node("n1")).index()] = 2;
        inCommon[data.account(node("n2")).index()] = 2;
        double odds = Math.log(10_000);
        double each = Math.log(inCommon.length / 2.0) + (STRONG - odds) / 2;

        assertEquals(node("n1"), rival(data, each, 0, inCommon).custodian());
        assertNull(rival(data, each - Math.log(20), 0, inCommon));
        assertNull(rival(data, each, 0));
    }
}
