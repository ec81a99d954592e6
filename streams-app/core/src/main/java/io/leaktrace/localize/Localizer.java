package io.leaktrace.localize;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Verdict;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;

/**
 * Shares the blame for incidents between the custodians that touched the buyers' orders, shopping at all, and the
 * background, and weighs for every custodian the evidence that it leaks or leaked, epoch after epoch.
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
     * <p>Each step makes a result that is not written any more, from those of the steps before it:
     *
     * <ol>
     *   <li>{@link EpochReader} reads {@link EpochData} from the ledger: incidents, exposures, and which custodian
     *       could explain which incident;
     *   <li>{@link Attributor} estimates the {@link Attribution}: background and leak levels, with each custodian
     *       weighed by its {@link DailyLogLikelihood} against the others and its {@link NegativeControl};
     *   <li>{@link HorizonBlame} adds up the blame, and {@link Concluder} draws the {@link EpochConclusion}: what follows
     *       for each custodian, with alerts by the {@link AlertPolicy} unless one of its {@link Rivals} could be in its
     *       place;
     *   <li>{@link AttributionRecords} report on contacts;
     *   <li>{@link Explainer} explains why, when it is asked.
     * </ol>
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
        EpochData data =
                EpochReader.read(settings, market, ledger, before, carried, CustodianState.unknown(chain), end);
        Attribution attribution = Attributor.attribute(data, chain);
        HorizonBlame blame = HorizonBlame.of(attribution);
        long custodians = data.custodiansInHorizon();
        AlertPolicy policy = AlertPolicy.forBudget(custodians, settings);
        EpochConclusion conclusion = Concluder.conclude(attribution, chain, blame, policy);
        AttributionRecords contacts = AttributionRecords.of(attribution, unsolved);
        EpochDays days = data.days();
        Epoch summary = new Epoch(
                market,
                Instant.ofEpochMilli(end - settings.epoch()),
                Instant.ofEpochMilli(end),
                data.isLearning(),
                counts,
                contacts.unmatched(),
                blame.incidents(),
                blame.custodians(),
                blame.shopping(),
                blame.background(),
                attribution.background().latestRate(data.atRisk()),
                attribution.background().latestWave(),
                custodians,
                conclusion.openAlerts(),
                policy.raiseAt());
        return new Solution(
                conclusion.suspects(),
                conclusion.statusChanged(),
                conclusion.alerts(),
                summary,
                contacts.records(),
                new MarketState(days.firstDay(), days.nextSlidingFrom(), end, conclusion.leadTimes()),
                conclusion.states(),
                conclusion.changed(),
                conclusion.forgotten(),
                contacts.outdated(),
                new Explainer(attribution, chain, blame, policy, conclusion.suspected()));
    }
}
