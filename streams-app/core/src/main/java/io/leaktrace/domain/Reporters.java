package io.leaktrace.domain;

/**
 * What the incidents attributed to a custodian rest on.
 *
 * @param buyers number of distinct buyers with an incident in the horizon of which at least a tenth is attributed to the
 *     custodian
 * @param knownBuyers number of these buyers that had placed another order before
 * @param falseToFall number of incidents, the strongest, that would have to be false reports for the evidence to fall
 *     below the alert threshold; 0 if it is below
 * @param mayBeFalse whether made-up reports explain these buyers so well that no alert is raised
 * @param decoys number of the buyers that are decoys
 */
public record Reporters(int buyers, int knownBuyers, int falseToFall, boolean mayBeFalse, int decoys) {

    public static final Reporters NONE = new Reporters(0, 0, 0, false);

    /** Creates reporters none of whom is a decoy. */
    public Reporters(int buyers, int knownBuyers, int falseToFall, boolean mayBeFalse) {
        this(buyers, knownBuyers, falseToFall, mayBeFalse, 0);
    }
}
