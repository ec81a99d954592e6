package io.leaktrace.localize;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Verdict;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The model of one market: at each epoch, it attributes incidents to the custodians that touched the buyers' orders, to
 * shopping in general and to the background, and computes for each custodian the evidence that it leaks or has leaked.
 *
 * <p>The model is an additive point process: an incident of buyer b at time τ has intensity B + M + Σ λ_e, with
 * λ_e = θ_e(day of touch) · Σ f(τ − touch) · q · g. {@code docs/model.md} describes it in full.
 */
public final class Localizer {

    private final ModelSettings settings;
    private final String market;
    private final LeakChain chain;
    private final LeadTimes priorLeadTimes;
    private final Workers workers;

    /**
     * Creates a localizer that works in the calling thread only.
     *
     * @param market name of the market, which is used in alert ids and output records
     */
    public Localizer(ModelSettings settings, String market) {
        this(settings, market, 1);
    }

    /**
     * Creates a localizer that solves epochs on several threads. The results do not depend on their number.
     *
     * @param market name of the market, which is used in alert ids and output records
     * @param threads number of threads, at least 1, the calling one included. The others end when they have no work for some
     *     seconds, so a localizer need not be closed
     */
    public Localizer(ModelSettings settings, String market, int threads) {
        this(settings, market, new Workers(threads));
    }

    Localizer(ModelSettings settings, String market, Workers workers) {
        this.settings = settings;
        this.market = market;
        this.chain = new LeakChain(settings);
        this.priorLeadTimes = LeadTimes.prior(settings);
        this.workers = workers;
    }

    /**
     * Returns a custodian's state with an analyst's verdict.
     *
     * @param before the state, or null if the custodian has none
     * @param until when the verdict expires, in epoch milliseconds, or null if it does not expire
     */
    public CustodianState withVerdict(CustodianState before, Verdict verdict, Long until) {
        CustodianState state = before == null ? CustodianState.unknown(chain) : before;
        // A remediated custodian has no verdict: its status follows from the data again.
        return verdict == Verdict.REMEDIATED ? state.withVerdict(null, null) : state.withVerdict(verdict, until);
    }

    /** Returns the state of a market that starts again, after a gap, with the ledger's first order. */
    MarketState startAnew(MarketState before, Ledger ledger) {
        long firstDay = EventTime.dayOf(ledger.orders().firstKey() * settings.epoch());
        return new MarketState(
                firstDay, firstDay + settings.learningDays(), before.closed(), new LeadTimes.Sample(), new TreeMap<>());
    }

    /** Returns a custodian's state with the initial state of its leak chain, for a market that starts again. */
    CustodianState startAnew(CustodianState before) {
        return before.withCheckpoint(chain.start());
    }

    /**
     * Returns the solution of the epoch that ends at {@code end}. It depends on the arguments only, bit for bit, because
     * every sum is in the order of custodians, of incidents or of days.
     *
     * <p>Each step makes a result from the results of the steps before it. No later step changes a result:
     *
     * <ol>
     *   <li>{@link EpochReader} reads {@link EpochData} from the ledger: incidents, exposures, and which custodian
     *       could explain which incident. What has not changed since the epoch before, it takes from there ({@link
     *       IncidentData}), which only saves time;
     *   <li>{@link Attributor} estimates the {@link Attribution}: background and leak levels, with each custodian
     *       weighed by its {@link DailyLogLikelihood} against the others and its {@link NegativeControl};
     *   <li>{@link HorizonBlame} sums the blame, {@link StolenArchives} weighs orders that were copied before, and {@link
     *       Concluder} makes the {@link EpochConclusion}: the suspect record, the alert and the new state of each
     *       custodian. {@link AlertPolicy} decides about alerts; a custodian that has a rival ({@link Rivals}), whose
     *       reports may be made up ({@link FalseReports}) or that seems to share a source with others ({@link
     *       CommonSources}) gets no new alert;
     *   <li>{@link AttributionRecords} makes the attribution records of contacts;
     *   <li>{@link Explainer} makes explanations on request.
     * </ol>
     *
     * @param before state of the market after the previous epoch, or null at the first epoch
     * @param carried state of each custodian after the previous epoch
     * @param end end of the epoch, exclusive, in epoch milliseconds
     * @param counts numbers of input records since the previous epoch
     * @param pending contacts that were reported before this epoch but have no attribution record yet, because they came
     *     late
     */
    public EpochResult solve(
            Ledger ledger,
            MarketState before,
            SortedMap<Custodian, CustodianState> carried,
            long end,
            InputCounts counts,
            Set<ContactKey> pending) {
        EpochData data = EpochReader.read(
                settings, market, ledger, before, carried, CustodianState.unknown(chain), end, priorLeadTimes, workers);
        Attribution attribution = Attributor.attribute(data, chain);
        HorizonBlame blame = HorizonBlame.of(attribution);
        long custodians = data.custodiansInHorizon();
        AlertPolicy policy = AlertPolicy.forBudget(custodians, settings);
        EpochConclusion conclusion = Concluder.conclude(
                attribution, chain, blame, policy, before == null ? Map.of() : before.commonSources());
        AttributionRecords contacts = AttributionRecords.of(attribution, pending);
        EpochDays days = data.days();
        Epoch summary = new Epoch(
                market,
                Instant.ofEpochMilli(end - settings.epoch()),
                Instant.ofEpochMilli(end),
                data.isLearning(),
                Instant.ofEpochMilli(data.learningUntil()),
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
        return new EpochResult(
                conclusion.suspects(),
                conclusion.statusChanged(),
                conclusion.alerts(),
                summary,
                contacts.records(),
                new MarketState(
                        days.firstDay(),
                        days.nextSlidingFrom(),
                        end,
                        conclusion.leadTimes(),
                        conclusion.commonSources()),
                conclusion.states(),
                conclusion.changed(),
                conclusion.forgotten(),
                contacts.outdated(),
                new Explainer(attribution, chain, blame, policy, conclusion.suspected()));
    }
}
