package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import io.leaktrace.testing.Seed;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DistributionsTest {

    private static final ModelSettings SETTINGS = ModelSettings.defaults();

    @Test
    void leadTimesAddUpToOneOverTheWindow() {
        LeadTimes leadTimes = LeadTimes.prior(ModelSettings.defaults());
        double sum = 0;
        for (int hour = 0; hour < 14 * 24; hour++) {
            sum += leadTimes.density(Role.SELLER, hour * EventTime.HOUR + EventTime.HOUR / 2) / 24;
        }
        assertEquals(1, sum, 1e-12);
        assertEquals(0, leadTimes.density(Role.SELLER, 14 * EventTime.DAY));
        assertEquals(0, leadTimes.density(Role.SELLER, 0));
    }

    /** The share within a day: 0.8·½ + 0.2(1 − e^−1/5), over the share within 14 days, 0.9872. */
    @Test
    void theMedianOfTheLogNormalPartIsADay() {
        LeadTimes leadTimes = LeadTimes.prior(ModelSettings.defaults());
        double withinADay = 0;
        for (int hour = 0; hour < 24; hour++) {
            withinADay += leadTimes.density(Role.SELLER, hour * EventTime.HOUR + 1) / 24;
        }
        double total = 0.8 * 0.99584 + 0.2 * (1 - Math.exp(-14 / 5.0));
        assertEquals((0.8 * 0.5 + 0.2 * (1 - Math.exp(-0.2))) / total, withinADay, 1e-4);
    }

    @Test
    void leadTimesAreEstimatedByRole() {
        LeadTimes.Sample sample = new LeadTimes.Sample();
        for (int i = 0; i < 1000; i++) {
            sample.add(Role.LOGISTICS_NODE, 9 * EventTime.DAY, 1);
        }
        LeadTimes prior = LeadTimes.prior(ModelSettings.defaults());
        LeadTimes learned = prior.learn(ModelSettings.defaults(), sample);
        assertTrue(learned.density(Role.LOGISTICS_NODE, 9 * EventTime.DAY)
                > 10 * prior.density(Role.LOGISTICS_NODE, 9 * EventTime.DAY));
        assertEquals(prior.density(Role.SELLER, 9 * EventTime.DAY), learned.density(Role.SELLER, 9 * EventTime.DAY));
    }

    /** Delays are exponential with mean 10 h, and right-truncated at a random age. */
    @Test
    void rightTruncatedReportingDelaysAreEstimatedWithoutBias() {
        long seed = Seed.of("DistributionsTest.reportingDelays");
        Random random = new Random(seed);
        ReportingDelay.Sample sample = new ReportingDelay.Sample();
        int seen = 0;
        while (seen < 50_000) {
            int age = random.nextInt(40);
            int delay = (int) (-10 * Math.log(1 - random.nextDouble()));
            if (delay <= age) {
                sample.add(delay, age);
                seen++;
            }
        }
        ReportingDelay learned = ReportingDelay.learn(sample);
        // Beyond the longest age in the sample, only the prior gives the distribution.
        double all = 1 - Math.exp(-4);
        for (int hours : new int[] {1, 5, 10, 20}) {
            double share = learned.within(hours) / learned.within(40);
            assertEquals((1 - Math.exp(-hours / 10.0)) / all, share, 0.02, hours + " h");
        }
    }

    @Test
    void thePriorDelayHasTheQuantilesOfTheComplaints() {
        ReportingDelay prior = ReportingDelay.prior();
        double all = 1 / (1 + Math.pow(336 / 3.4, -Math.log(9) / Math.log(126 / 3.4)));
        assertEquals(0.9 / all, prior.within(126), 1e-3);
        assertEquals(1, prior.within(336), 1e-12);
    }

    private static DisclosureLikelihood knowledge() {
        return new DisclosureLikelihood(BackgroundCallers.learn(new BackgroundCallers.Sample()), SETTINGS);
    }

    /** The expectation of the ratio under the background is 1, but for its limits. */
    @Test
    void theRatioOfDisclosedFieldsIsThatOfTwoProbabilities() {
        BackgroundCallers background = BackgroundCallers.learn(new BackgroundCallers.Sample());
        for (Role role : Role.values()) {
            DisclosureLikelihood.Habit habit = knowledge().new Habit(role);
            double all = 0;
            double expected = 0;
            for (int bits = 0; bits < 512; bits++) {
                all += background.probability(bits);
                expected += background.probability(bits) * habit.ratio(bits);
            }
            assertEquals(1, all, 1e-12);
            assertTrue(expected > 0.75 && expected < 1.05, role + ": " + expected);
        }
    }

    @Test
    void informedCallersOfOtherLeaksAreAClassOfTheBackground() {
        int order = Fields.bits(Set.of(Field.PRODUCT, Field.PRICE, Field.ADDRESS));
        int person = Fields.bits(Set.of(Field.NAME));
        BackgroundCallers.Sample sample = new BackgroundCallers.Sample();
        sample.add(order, 300);
        sample.add(person, 700);
        BackgroundCallers background = BackgroundCallers.learn(sample);

        assertEquals(0.3, background.probability(order), 0.03);
        assertEquals(0.7, background.probability(person), 0.03);
        assertTrue(background.probability(order | person) < 0.02, "independence would give 0.21");
    }

    @Test
    void disclosedFieldsFavourTheRolesThatKnowThem() {
        DisclosureLikelihood knowledge = knowledge();
        int idNumber = Fields.bits(Set.of(Field.NAME, Field.PHONE, Field.ID_NUMBER));
        double platform = knowledge.new Habit(Role.PLATFORM).ratio(idNumber);
        double seller = knowledge.new Habit(Role.SELLER).ratio(idNumber);
        assertTrue(platform > seller, platform + " and " + seller);
        assertTrue(seller < 1, "a seller never saw an ID number: " + seller);
        int product = Fields.bits(Set.of(Field.PRODUCT, Field.ORDER_TIME));
        assertTrue(knowledge.new Habit(Role.SELLER).ratio(product)
                > knowledge.new Habit(Role.LOGISTICS_NODE).ratio(product));
        for (int bits = 0; bits < 512; bits++) {
            for (Role role : Role.values()) {
                double ratio = knowledge.new Habit(role).ratio(bits);
                assertTrue(ratio >= SETTINGS.knowledgeLow() && ratio <= SETTINGS.knowledgeHigh());
            }
        }
    }

    /** If callers always disclose a name and a phone number only, missing fields are no evidence against a seller. */
    @Test
    void theHabitOfCallersIsEstimated() {
        DisclosureLikelihood knowledge = knowledge();
        int nameAndPhone = Fields.bits(Set.of(Field.NAME, Field.PHONE));
        DisclosureLikelihood.Habit seller = knowledge.new Habit(Role.SELLER);
        double first = seller.ratio(nameAndPhone);
        for (int i = 0; i < 30; i++) {
            seller.learn(nameAndPhone, 1);
        }
        assertTrue(seller.ratio(nameAndPhone) > 5 * first, first + " then " + seller.ratio(nameAndPhone));
    }

    /** Exact quantiles of the gamma distribution, from R's qgamma(c(.05, .95), n + .5). */
    @Test
    void intervalsAreCloseToTheExactOnes() {
        double[][] exact = {{0, 0.0020, 1.9207}, {1, 0.1759, 3.9074}, {5, 2.2873, 9.8376}, {40, 30.4605, 51.7420}};
        for (double[] row : exact) {
            assertEquals(row[2], Intervals.high(row[0], 1), 0.04 * row[2], "high of " + row[0]);
            assertEquals(Math.min(row[1], row[0]), Intervals.low(row[0], 1), 0.05 + 0.01 * row[1], "low of " + row[0]);
        }
    }
}
