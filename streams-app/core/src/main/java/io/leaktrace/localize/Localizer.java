package io.leaktrace.localize;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Verdict;
import java.util.Set;
import java.util.SortedMap;

/**
 * Shares the blame for incidents between the custodians that touched the buyers' orders, shopping at all, and the
 * background, and weighs for every custodian the evidence that it leaks or leaked.
 *
 * <p>The model is an additive point process: an incident of buyer b at time τ has intensity B + M + Σ λ_e, with
 * λ_e = θ_e(day of touch) · Σ f(τ − touch) · q · g. {@code docs/model.md} has it in full.
 */
public final class Localizer {

    private final ModelSettings settings;
    private final String market;
    private final LeakChain chain;

    /**
     * @param market name of what is solved together
     */
    public Localizer(ModelSettings settings, String market) {
        this.settings = settings;
        this.market = market;
        this.chain = new LeakChain(settings);
    }

    /**
     * A custodian's state with a person's word on it.
     *
     * @param before the state, or null if nothing is known of the custodian
     * @param until when the word ends, or null
     */
    public CustodianState withVerdict(CustodianState before, Verdict verdict, Long until) {
        CustodianState state = before == null ? CustodianState.unknown(chain) : before;
        // Once it is remedied, nobody's word holds any more: what the data say goes on.
        return verdict == Verdict.REMEDIATED ? state.withVerdict(null, null) : state.withVerdict(verdict, until);
    }

    /** Returns the state of a market that begins with the ledger's first order, after one that had ended. */
    MarketState startAnew(MarketState before, Ledger ledger) {
        long firstDay = EventTime.dayOf(ledger.orders().firstKey() * settings.epoch());
        return new MarketState(firstDay, firstDay + settings.learningDays(), before.closed(), new LeadTimes.Sample());
    }

    /** Returns the state of a custodian of which nothing has been seen for longer than the horizon. */
    CustodianState startAnew(CustodianState before) {
        return before.withCheckpoint(chain.start());
    }

    /**
     * Solves the epoch that ends at {@code end}. The solution depends on the arguments alone, to the last bit:
     * everything is summed in the order of custodians, of incidents or of days.
     *
     * @param before how far the localizer had come, or null at the first epoch
     * @param carried what was carried from the epoch before
     * @param counts of the input since the epoch before
     * @param unsolved contacts to show evidence for although they were reported before this epoch
     */
    public Solution solve(
            Ledger ledger,
            MarketState before,
            SortedMap<Custodian, CustodianState> carried,
            long end,
            InputCounts counts,
            Set<ContactKey> unsolved) {
        return new EpochSolver(settings, market, chain, ledger, before, carried, end).solve(counts, unsolved);
    }
}
