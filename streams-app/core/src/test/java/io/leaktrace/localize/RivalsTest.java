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
import org.junit.jupiter.api.Test;

/** A seller is blamed for all of ten incidents; others touched the orders of some of them too. */
class RivalsTest {

    private static final int INCIDENTS = 10;
    private static final double STRONG = 30;
    private static final AlertPolicy POLICY = new AlertPolicy(4, 5);

    private final AnEpoch epoch = new AnEpoch();

    /** @param parts number of incidents that each of the others could explain, one after the other's */
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

    /** @param alone natural logarithm of the evidence of the others, if they were weighed alone */
    private static Rivals.Rival rival(EpochData data, double alone, double given) {
        double[] blame = new double[data.candidates().size()];
        double[] total = new double[INCIDENTS];
        double[] none = new double[INCIDENTS];
        Arrays.fill(total, 1);
        for (int explanation : data.account(seller("blamed")).explanations()) {
            blame[explanation] = 1;
        }
        Intensities intensities = new Intensities(data.candidates(), none, none, total, blame, blame);
        List<LeakEstimate> estimates = data.accounts().stream()
                .map(account -> account.custodian().equals(seller("blamed"))
                        ? estimate(STRONG, STRONG)
                        : estimate(alone, given))
                .toList();
        return new Rivals(new Attribution(data, null, intensities, estimates), POLICY)
                .of(data.account(seller("blamed")));
    }

    private static LeakEstimate estimate(double alone, double given) {
        return new LeakEstimate(NegativeControl.Factor.NONE, LeakLevels.NONE, null, null, given, alone, null);
    }

    @Test
    void oneWithAPartInMostOfTheBlameThatIsNearlyAsStrongAloneIsARival() {
        EpochData data = data(Map.of(node("n"), 5));

        Rivals.Rival rival = rival(data, STRONG - Math.log(19), 0);
        assertEquals(node("n"), rival.custodian());
        assertEquals(0.5, rival.shared(), 1e-12);
        assertNull(rival(data, STRONG - Math.log(21), 0), "weaker by more than a factor of 20");
    }

    @Test
    void oneWithALesserPartIsNone() {
        assertNull(rival(data(Map.of(node("n"), 4)), STRONG, 0));
    }

    @Test
    void oneThatIsAccusedItselfIsNone() {
        assertNull(rival(data(Map.of(node("n"), 9)), STRONG, POLICY.raiseAt() * Math.log(10) + 0.01));
    }

    @Test
    void oneThatWasDismissedIsNone() {
        epoch.carried.put(node("n"), CustodianState.unknown(CHAIN).withVerdict(Verdict.DISMISSED, null));

        assertNull(rival(data(Map.of(node("n"), 9)), STRONG, 0));
    }

    /** Two leaks at a time are less likely beforehand, by the odds of 10,000 against the start of a leak. */
    @Test
    void severalThatHaveMostOfItTogetherAreRivalsIfTheyExplainItDespiteTheirPriorOdds() {
        EpochData data = data(Map.of(node("n1"), 4, node("n2"), 4));
        double odds = Math.log(10_000);
        double each = odds + (STRONG - odds) / 2;

        assertEquals(node("n1"), rival(data, each, 0).custodian());
        assertNull(rival(data, each - Math.log(20), 0));
    }
}
