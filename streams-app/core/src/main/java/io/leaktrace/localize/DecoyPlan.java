package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Suspect;
import java.util.List;

/**
 * Where to place the next decoys.
 *
 * @param budget number of decoys that may be placed
 * @param openBits how uncertain it is which of the examined custodians leak, in bits
 * @param gainedBits how much of it all proposed orders are expected to resolve, in bits
 * @param proposals in the order in which the first of their orders was chosen: those that tell most come first
 * @param examined the custodians of which the orders tell something: contested ones first, then by evidence
 */
public record DecoyPlan(
        int budget, double openBits, double gainedBits, List<Proposal> proposals, List<Examined> examined) {

    /**
     * Orders to place.
     *
     * @param from the custodians to choose: a seller, and others if they can be chosen
     * @param orders number of orders
     * @param bits expected information of these orders, given those that were chosen before; that about contested
     *     custodians is at even odds that one of them leaks, if the odds are worse
     * @param about what they are evidence on: groups of custodians that are distinguished, or single ones, the most bits first
     * @param touches the examined custodians that such an order touches, the most frequent first
     */
    public record Proposal(
            List<Custodian> from, int orders, double bits, List<List<Custodian>> about, List<Touch> touches) {

        /** Returns a copy with one more order and its information. */
        Proposal plus(double more) {
            return new Proposal(from, orders + 1, bits + more, about, touches);
        }
    }

    /**
     * A custodian that is touched by proposed orders.
     *
     * @param share of the orders from the same custodians that touched it, in (0, 1]
     */
    public record Touch(Custodian custodian, double share) {}

    /**
     * A custodian that decoys are to confirm or clear.
     *
     * @param probability that it leaks now; for a contested one, if either could be the source
     * @param leakRate the suspected rate: reported contacts caused per order touched
     * @param sharedWith the custodian that it is to be distinguished from, or null
     * @param decoysToSee least number of decoys that touch it, and not the other one, after which a leak of this rate raises
     *     an alert with a probability of 90%; null if more than 10,000
     */
    public record Examined(
            Custodian custodian,
            Suspect.Status status,
            double probability,
            double leakRate,
            Custodian sharedWith,
            Integer decoysToSee) {}
}
