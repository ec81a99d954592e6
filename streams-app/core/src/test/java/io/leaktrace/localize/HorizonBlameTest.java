package io.leaktrace.localize;

import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HorizonBlameTest {

    private static final int HORIZON_HOURS = 24 * AnEpoch.SETTINGS.slidingDays();

    /**
     * @param blame intensity of every candidate; the background of each incident is 1, and shopping 1
     */
    private static HorizonBlame of(EpochData data, double blame) {
        int incidents = data.incidents().size();
        double[] one = new double[incidents];
        double[] total = new double[incidents];
        double[] blames = new double[data.candidates().size()];
        Arrays.fill(one, 1);
        Arrays.fill(blames, blame);
        for (int i = 0; i < incidents; i++) {
            total[i] = 2 + blame * data.candidates().of(i).length;
        }
        Intensities intensities = new Intensities(data.candidates(), one, one, total, blames, blames);
        return HorizonBlame.of(new Attribution(data, null, intensities, List.of()));
    }

    private static int index(EpochData data, String seller) {
        return data.account(seller(seller)).index();
    }

    @Test
    void theSharesOfAllCausesAddUpToTheIncidents() {
        EpochData data = new AnEpoch()
                .contact(40, "zhou", 30, seller("s"), node("n"))
                .contact(41, "li", 30, seller("s"))
                .endingAt(48);
        HorizonBlame blame = of(data, 2);

        assertEquals(2, blame.incidents());
        assertEquals(1 / 6.0 + 1 / 4.0, blame.background(), 1e-12);
        assertEquals(blame.background(), blame.shopping(), 1e-12);
        assertEquals(4 / 6.0 + 2 / 4.0, blame.custodians(), 1e-12);
        double[] attributed = new double[2];
        attributed[index(data, "s")] = 2 / 6.0 + 2 / 4.0;
        attributed[data.account(node("n")).index()] = 2 / 6.0;
        assertArrayEquals(attributed, blame.attributed(), 1e-12);
        assertEquals(2 - attributed[index(data, "s")], blame.expected()[index(data, "s")], 1e-12);
    }

    @Test
    void aBuyerCountsOnceAndOnlyWithATenthOfAnIncident() {
        EpochData data = new AnEpoch()
                .contact(40, "zhou", 30, seller("s"))
                .contact(240, "zhou", 230, seller("s"))
                .contact(41, "li", 30, seller("s"))
                .endingAt(246);

        assertEquals(3, of(data, 1).incidents());
        assertEquals(2, of(data, 1).buyers()[index(data, "s")].all());
        assertEquals(2, of(data, 0.23).buyers()[index(data, "s")].all(), "slightly more than a tenth");
        assertEquals(0, of(data, 0.21).buyers()[index(data, "s")].all(), "slightly less than a tenth");
    }

    @Test
    void incidentsBeforeTheHorizonDoNotCount() {
        EpochData data = new AnEpoch()
                .contact(23, "zhou", 10, seller("s"))
                .contact(24, "li", 10, seller("s"))
                .endingAt(24 + HORIZON_HOURS);

        assertEquals(2, data.incidents().size());
        assertEquals(1, of(data, 2).incidents());
        assertEquals(0.5, of(data, 2).attributed()[index(data, "s")], 1e-12);
    }
}
