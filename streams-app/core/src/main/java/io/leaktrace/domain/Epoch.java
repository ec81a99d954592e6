package io.leaktrace.domain;

import java.time.Instant;

/**
 * Summary of an epoch: its input and the quality of its data.
 *
 * @param learning whether only the background was learned
 * @param learningUntil end of the learning period: epochs that end later judge custodians; null if the epoch was written
 *     by a version that did not state it
 * @param counts of the input of this epoch, including late records of earlier ones
 * @param unmatched contacts reported in this epoch whose buyer had no touch in the window before
 * @param incidents in the horizon; {@code attributed + shopping + background} add up to it
 * @param attributed incidents blamed on custodians
 * @param shopping incidents attributed to shopping in general, regardless of custodians
 * @param background incidents left to the background
 * @param backgroundPerBuyerDay reported incidents per buyer and day at the epoch's end, over all strata
 * @param wave short-term multiplier of the background, at least 1
 * @param custodians with a touch in the horizon
 * @param suspects with an alert raised and not resolved
 * @param threshold the evidence (base-10 logarithm) at which alerts are raised
 */
public record Epoch(
        String market,
        Instant start,
        Instant end,
        boolean learning,
        Instant learningUntil,
        InputCounts counts,
        Unmatched unmatched,
        long incidents,
        double attributed,
        double shopping,
        double background,
        double backgroundPerBuyerDay,
        double wave,
        long custodians,
        long suspects,
        double threshold)
        implements Finding {

    @Override
    public String key() {
        return market;
    }
}
