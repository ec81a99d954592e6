package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Role;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The likelihood of disclosed fields if an order says what a custodian saw of it, computed by hand. The role of a
 * logistics node can know 4 of the 9 fields: NAME, PHONE, ADDRESS, TRACKING_NUMBER. At first, each known field is
 * disclosed with 0.5, each other one with 0.03, and nothing with 0.2.
 */
class DisclosureLikelihoodTest {

    private static final BackgroundCallers BACKGROUND = BackgroundCallers.learn(new BackgroundCallers.Sample());
    private static final ModelSettings SETTINGS = ModelSettings.defaults();
    private static final double EXACT = 1e-12;

    /** The probability that a node's callers disclose nothing at first: 0.5⁴ · 0.97⁵. */
    private static final double NOTHING_OF_NODE = Math.pow(0.5, 4) * Math.pow(0.97, 5);

    private final DisclosureLikelihood.Habit node =
            new DisclosureLikelihood(BACKGROUND, SETTINGS).new Habit(Role.LOGISTICS_NODE);

    private static int bits(Field... fields) {
        return Fields.bits(Set.of(fields));
    }

    /** The probability of these fields if they come from the node. */
    private double leak(int disclosed, int saw) {
        double ratio = node.ratio(disclosed, saw);
        assertEquals(ratio, Math.min(Math.max(ratio, 0.051), 39), "the ratio is clipped");
        return ratio * BACKGROUND.probability(disclosed);
    }

    @Test
    void withoutSawTheRoleSaysWhatItKnows() {
        int name = bits(Field.NAME);
        double product = Math.pow(0.5, 4) * Math.pow(0.97, 5);
        assertEquals(0.8 * product / (1 - NOTHING_OF_NODE), leak(name, Fields.OF_ROLE), EXACT);
        assertEquals(0.2, leak(0, Fields.OF_ROLE), EXACT);
        assertEquals(leak(name, Fields.OF_ROLE), leak(name, Fields.bits(Role.LOGISTICS_NODE.knows())), 0);
    }

    @Test
    void aFieldThatItDidNotSeeIsDisclosedByAGuessOnly() {
        int disclosed = bits(Field.PHONE, Field.ADDRESS, Field.TRACKING_NUMBER);
        int encrypted = bits(Field.NAME, Field.ADDRESS, Field.TRACKING_NUMBER);
        double product = Math.pow(0.5, 3) * 0.03 * Math.pow(0.97, 5);
        assertEquals(0.8 * product / (1 - NOTHING_OF_NODE), leak(disclosed, encrypted), EXACT);
    }

    @Test
    void aFieldBeyondItsRoleIsKnownIfItSawIt() {
        int product = bits(Field.PRODUCT);
        int saw = bits(Field.NAME, Field.PHONE, Field.ADDRESS, Field.TRACKING_NUMBER, Field.PRODUCT);
        double nothing = Math.pow(0.5, 5) * Math.pow(0.97, 4);
        assertEquals(0.8 * nothing / (1 - nothing), leak(product, saw), EXACT);
        assertEquals(0.2, leak(0, saw), EXACT);
    }

    /** 24% of those callers would guess a field; the others would have had nothing to disclose. */
    @Test
    void aCustodianThatSawNothingExplainsLittle() {
        double guesses = (1 - Math.pow(0.97, 9)) / (1 - NOTHING_OF_NODE);
        assertEquals(0.8 * 0.03 * Math.pow(0.97, 8) / (1 - NOTHING_OF_NODE), leak(bits(Field.NAME), 0), EXACT);
        assertEquals(0.2 * guesses, leak(0, 0), EXACT);
        double all = 0;
        for (int disclosed = 1; disclosed < 512; disclosed++) {
            all += 0.8 * guess(disclosed) / (1 - NOTHING_OF_NODE);
        }
        assertEquals(0.8 * guesses, all, 1e-9);
        assertEquals(SETTINGS.knowledgeLow(), node.ratio(bits(Field.NAME, Field.PHONE), 0));
    }

    private static double guess(int disclosed) {
        int count = Integer.bitCount(disclosed);
        return Math.pow(0.03, count) * Math.pow(0.97, 9 - count);
    }

    /** Of 30 calls that disclosed the name, 20 were about orders whose phone number the custodian had not seen. */
    @Test
    void callsAboutOrdersWithoutAFieldDoNotChangeItsHabit() {
        int name = bits(Field.NAME);
        for (int i = 0; i < 30; i++) {
            node.learn(name, i < 10 ? Fields.OF_ROLE : bits(Field.NAME, Field.ADDRESS, Field.TRACKING_NUMBER), 1);
        }
        double silent = 3 * 0.2 / 33;
        double ofName = 31.5 / 33;
        double ofPhone = 1.5 / 13;
        double ofOther = 1.5 / 33;
        double others = Math.pow(0.97, 5) * (1 - ofOther) * (1 - ofOther);
        double nothing = others * (1 - ofName) * (1 - ofPhone);
        assertEquals(
                (1 - silent) * others * ofName * ofPhone / (1 - nothing),
                leak(bits(Field.NAME, Field.PHONE), Fields.OF_ROLE),
                EXACT);
        assertEquals(
                (1 - silent) * others * ofName * 0.97 / (1 - nothing),
                leak(name, bits(Field.NAME, Field.ADDRESS, Field.TRACKING_NUMBER)),
                EXACT);
    }

    @Test
    void theFirstOrderThatSaysWhatWasSeenChangesNoEarlierEstimate() {
        int name = bits(Field.NAME);
        DisclosureLikelihood.Habit other =
                new DisclosureLikelihood(BACKGROUND, SETTINGS).new Habit(Role.LOGISTICS_NODE);
        for (int i = 0; i < 5; i++) {
            node.learn(name, 0.7);
            other.learn(name, Fields.bits(Role.LOGISTICS_NODE.knows()), 0.7);
        }
        for (int disclosed = 0; disclosed < 512; disclosed++) {
            assertEquals(node.ratio(disclosed), other.ratio(disclosed), 1e-12);
        }
    }
}
