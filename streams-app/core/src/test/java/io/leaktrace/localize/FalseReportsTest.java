package io.leaktrace.localize;

import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Buyers of a seller who report, some of whom have ordered elsewhere before; half of all other buyers have. */
class FalseReportsTest {

    private static final Custodian ACCUSED = seller("accused");

    private final AnEpoch epoch = new AnEpoch();

    private FalseReports.Weighed weigh(int lone, int known) {
        for (int i = 0; i < lone; i++) {
            epoch.contact(40, "lone-" + i, 30, ACCUSED);
        }
        for (int i = 0; i < known; i++) {
            epoch.contactOfKnownBuyer(40, "known-" + i, 30, ACCUSED);
        }
        for (int i = 0; i < 20; i++) {
            epoch.contact(41, "other-lone-" + i, 30, seller("other"));
            epoch.contactOfKnownBuyer(41, "other-known-" + i, 30, seller("other"));
        }
        EpochData data = epoch.endingAt(48);
        double[] one = new double[data.incidents().size()];
        double[] blame = new double[data.candidates().size()];
        Arrays.fill(one, 1);
        for (int explanation : data.account(ACCUSED).explanations()) {
            blame[explanation] = 0.9;
        }
        Intensities intensities = new Intensities(data.candidates(), one, one, one, blame, blame);
        return new FalseReports(new Attribution(data, null, intensities, List.of())).of(data.account(ACCUSED));
    }

    @Test
    void reportsOfBuyersWithoutAnotherOrderMayBeMadeUp() {
        FalseReports.Weighed weighed = weigh(10, 0);

        assertEquals(10, weighed.buyers());
        assertEquals(0, weighed.knownBuyers());
        assertTrue(weighed.mayBeFalse(), weighed.toString());
    }

    @Test
    void buyersDrawnAtRandomAreVictims() {
        FalseReports.Weighed weighed = weigh(5, 5);

        assertEquals(5, weighed.knownBuyers());
        assertFalse(weighed.mayBeFalse(), weighed.toString());
    }

    @Test
    void aFewBuyersWithoutAnotherOrderAreChance() {
        assertFalse(weigh(1, 0).mayBeFalse());
        assertFalse(weigh(6, 1).mayBeFalse());
    }

    @Test
    void nothingAttributedNothingToDoubt() {
        assertFalse(FalseReports.Weighed.NONE.mayBeFalse());
    }
}
