package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.Reporters;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.localize.Incidents.Incident;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes an epoch's conclusion from its attribution, one custodian after the other. */
final class Concluder {

    /** Prior odds of leaks of today against archives, in log10: the budget of false alerts grows by a tenth. */
    private static final double ARCHIVE_ODDS = 1;

    private final Attribution attribution;
    private final EpochData data;
    private final EpochDays days;
    private final ModelSettings settings;
    private final LeakChain chain;
    private final HorizonBlame blame;
    private final AlertPolicy policy;
    private final Rivals rivals;
    private FalseReports falseReports;
    private final RequiredIncidents required;
    private final CommonSources.Clients common;

    /** By account; null for a custodian without an incident of a former buyer. */
    private final ArchiveEstimate[] archives;

    /** The conclusions on one custodian; {@code alert} may be null. */
    private record Standing(Account account, Suspect suspect, Alert alert, CustodianState state, boolean blamed) {

        /** Whether the custodian has no touch in the horizon and its state can be dropped without loss. */
        boolean isForgotten() {
            return suspect.exposures() == 0 && state.forgettable();
        }

        boolean changesStatus() {
            return state.status() != account.before().status();
        }

        /** Whether anything but the checkpoint may differ from the state before. */
        boolean differs() {
            CustodianState was = account.before();
            return alert != null
                    || changesStatus()
                    || blamed
                    || was.levels().length > 0
                    || !Objects.equals(state.onset(), was.onset());
        }
    }

    /** The fields of a custodian's state that describe its alerts; the first two may be null. */
    private record AlertFields(Long firstAlertedAt, String open, boolean escalated) {

        /**
         * Returns these fields after a change.
         *
         * @param change null if the alert does not change
         * @param id id of the alert that changes or, without a change, of the open alert; null if there is none
         */
        static AlertFields after(CustodianState was, Alert.Change change, String id, long end) {
            boolean raised = change == Alert.Change.RAISED;
            Long first = raised && was.firstAlertedAt() == null ? Long.valueOf(end) : was.firstAlertedAt();
            String open = change == Alert.Change.RESOLVED ? null : id;
            return new AlertFields(first, open, !raised && (was.escalated() || change == Alert.Change.ESCALATED));
        }
    }

    private Concluder(
            Attribution attribution,
            LeakChain chain,
            HorizonBlame blame,
            AlertPolicy policy,
            Map<Role, Long> commonSources) {
        this.attribution = attribution;
        this.data = attribution.data();
        this.days = data.days();
        this.settings = data.settings();
        this.chain = chain;
        this.blame = blame;
        this.policy = policy;
        this.required = new RequiredIncidents(attribution, chain, policy);
        this.common = CommonSources.find(attribution, chain, policy, commonSources);
        this.rivals = new Rivals(attribution, policy, common);
        this.archives = StolenArchives.weigh(attribution, policy);
    }

    /** Returns the conclusion from an epoch's attribution. */
    static EpochConclusion conclude(
            Attribution attribution,
            LeakChain chain,
            HorizonBlame blame,
            AlertPolicy policy,
            Map<Role, Long> commonSources) {
        return new Concluder(attribution, chain, blame, policy, commonSources).conclude();
    }

    private EpochConclusion conclude() {
        List<Suspect> suspects = new ArrayList<>();
        List<Alert> alerts = new ArrayList<>();
        long openAlerts = 0;
        SortedSet<Custodian> suspected = new TreeSet<>();
        SortedSet<Custodian> statusChanged = new TreeSet<>();
        SortedMap<Custodian, CustodianState> states = new TreeMap<>();
        SortedSet<Custodian> changed = new TreeSet<>();
        SortedSet<Custodian> forgotten = new TreeSet<>();
        boolean checkpointsMove = days.nextSlidingFrom() != days.slidingFrom() || days.followsGap();
        for (Account account : data.accounts()) {
            Standing standing = standing(account);
            suspects.add(standing.suspect);
            if (standing.alert != null) {
                alerts.add(standing.alert);
            }
            openAlerts += standing.state.openAlert() == null ? 0 : 1;
            if (standing.state.status() != Suspect.Status.CLEAR) {
                suspected.add(account.custodian());
            }
            boolean isForgotten = standing.isForgotten();
            if (standing.changesStatus() || isForgotten) {
                statusChanged.add(account.custodian());
            }
            if (isForgotten) {
                forgotten.add(account.custodian());
                continue;
            }
            states.put(account.custodian(), standing.state);
            if (checkpointsMove || account.isNew() || standing.differs()) {
                changed.add(account.custodian());
            }
        }
        return new EpochConclusion(
                suspects,
                alerts,
                openAlerts,
                suspected,
                statusChanged,
                states,
                changed,
                forgotten,
                sampleLeadTimes(),
                common.onsets());
    }

    /**
     * The case against a custodian under the kind of leak that has more evidence.
     *
     * @param evidence log10; of an archive, less its prior odds
     * @param buyers number of distinct buyers whose incidents count, and the number that they count as for an alert
     * @param onset first day of the leak or of the campaign of calls, or null
     * @param leaked number of orders that were exposed to the leak
     * @param rival a custodian that could be the source instead, or null
     * @param reports what the reports look like
     * @param knownBuyers number of the buyers that had placed another order before
     * @param falseToFall number of incidents without which the evidence falls below the threshold; 0 if it is below
     * @param inCommon number of custodians that share a common source with it; 0 without one
     * @param kind null if no incident is attributed to the custodian
     * @param copied span of the copied orders of an archive, or null
     */
    private record Case(
            double evidence,
            double score,
            double attributed,
            HorizonBlame.Buyers buyers,
            Long onset,
            double leaked,
            Rivals.Rival rival,
            FalseReports.Weighed reports,
            int knownBuyers,
            int falseToFall,
            int inCommon,
            LeakKind kind,
            Suspect.Copied copied) {

        /** Whether something else could be the cause, so that no alert is raised. */
        boolean isContested() {
            return rival != null || reports.mayBeFalse() || inCommon > 0;
        }

        /** Whether something else is more likely the cause, so that an open alert is resolved. */
        boolean isWithdrawn() {
            return reports.isFalse() || inCommon > 0;
        }

        Reporters reporters() {
            return new Reporters(buyers.all(), knownBuyers, falseToFall, reports.mayBeFalse(), buyers.decoys());
        }
    }

    private Case strongestCase(Account account, LeakEstimate estimate) {
        ArchiveEstimate archive = archives[account.index()];
        boolean isArchive = archive != null && archive.evidence() - ARCHIVE_ODDS > estimate.evidence();
        return isArchive ? archive(account, estimate, archive) : leakOfToday(account, estimate);
    }

    /** Only some epochs have a custodian to which incidents are attributed. */
    private FalseReports falseReports() {
        if (falseReports == null) {
            falseReports = new FalseReports(attribution);
        }
        return falseReports;
    }

    private Case leakOfToday(Account account, LeakEstimate estimate) {
        boolean isBlamed = estimate.carriesBlame();
        boolean mayHaveRivals = isBlamed && settings.has(ModelComponent.EXPLAINING_AWAY);
        FalseReports.Weighed reports = isBlamed ? falseReports().of(account) : FalseReports.Weighed.NONE;
        return new Case(
                estimate.evidence(),
                leakingNow(estimate),
                blame.attributed()[account.index()],
                blame.buyers()[account.index()],
                onset(account, estimate),
                leakExposure(account, estimate),
                mayHaveRivals ? rivals.of(account) : rivals.wholeInsteadOf(account),
                reports,
                reports.knownBuyers(),
                policy.reachedBy(estimate.evidence()) ? required.toFall(account, required.strongestFirst(account)) : 0,
                common.clients()[account.index()],
                isBlamed ? LeakKind.LEAKS_NOW : null,
                null);
    }

    private Case archive(Account account, LeakEstimate estimate, ArchiveEstimate archive) {
        double evidence = archive.evidence() - ARCHIVE_ODDS;
        boolean isCampaign = archive.attributed() > 0;
        boolean mayHaveRivals = settings.has(ModelComponent.EXPLAINING_AWAY);
        Rivals.Rival rival =
                mayHaveRivals && archive.rival() != null ? new Rivals.Rival(archive.rival(), archive.shared()) : null;
        if (mayHaveRivals && rival == null && estimate.carriesBlame() && policy.reachedBy(estimate.evidence())) {
            // Archives are weighed without their custodian's leak of today; if that has a rival, so has the archive.
            rival = rivals.of(account);
        }
        LeakKind otherwise = estimate.carriesBlame() ? LeakKind.LEAKS_NOW : null;
        return new Case(
                evidence,
                Math.max(leakingNow(estimate), archive.score()),
                archive.attributed(),
                new HorizonBlame.Buyers(archive.buyers(), 0, 0),
                isCampaign ? Long.valueOf(archive.campaignFrom()) : onset(account, estimate),
                isCampaign
                        ? account.ordersBetween(archive.copiedFrom(), archive.copiedTo())
                        : leakExposure(account, estimate),
                rival,
                FalseReports.Weighed.NONE,
                archive.buyers(),
                policy.reachedBy(evidence) ? archive.toFall(policy.raiseAt() + ARCHIVE_ODDS) : 0,
                common.clients()[account.index()],
                isCampaign ? LeakKind.ARCHIVE : otherwise,
                isCampaign ? archive.copied() : null);
    }

    private double leakingNow(LeakEstimate estimate) {
        return days.slidingDays() > 0 ? chain.leakingNow(estimate.state()) : 0;
    }

    private Standing standing(Account account) {
        CustodianState was = account.before();
        LeakEstimate estimate = attribution.of(account);
        Case strongest = strongestCase(account, estimate);
        Instant end = Instant.ofEpochMilli(days.end());
        long exposures = data.touchesInHorizon(account);

        Alert.Change change = null;
        if (!data.isLearning()) {
            change = policy.next(
                    was,
                    strongest.score,
                    strongest.evidence,
                    policy.counted(strongest.buyers),
                    strongest.isContested(),
                    strongest.isWithdrawn());
        }
        String alertId = was.openAlert();
        if (change == Alert.Change.RAISED) {
            alertId = data.market() + "/" + account.custodian() + "/" + end;
        }
        AlertFields alertFields = AlertFields.after(was, change, alertId, days.end());
        Alert alert = null;
        if (change != null) {
            alert = new Alert(
                    alertId,
                    data.market(),
                    account.custodian(),
                    change,
                    end,
                    strongest.score,
                    strongest.evidence,
                    policy.raiseAt(),
                    account.contacts(),
                    strongest.attributed,
                    exposures,
                    strongest.reporters(),
                    strongest.kind);
        }
        double exposure = Math.max(strongest.leaked, 1e-9);
        boolean exposed = strongest.leaked > 0;
        Suspect suspect = new Suspect(
                data.market(),
                account.custodian(),
                AlertPolicy.status(was.verdict(), alertFields.open != null, strongest.score),
                strongest.score,
                strongest.evidence,
                exposures,
                account.contacts(),
                strongest.attributed,
                blame.expected()[account.index()],
                exposed ? Math.min(1, strongest.attributed / exposure) : 0,
                exposed ? Math.min(1, Intervals.low(strongest.attributed, exposure)) : 0,
                exposed ? Math.min(1, Intervals.high(strongest.attributed, exposure)) : 1,
                strongest.onset == null ? null : Instant.ofEpochMilli(strongest.onset * EventTime.DAY),
                alertFields.firstAlertedAt == null ? null : Instant.ofEpochMilli(alertFields.firstAlertedAt),
                strongest.rival == null ? null : strongest.rival.custodian(),
                strongest.rival == null ? 0 : strongest.rival.shared(),
                strongest.reporters(),
                strongest.kind,
                strongest.copied,
                strongest.inCommon,
                end);
        CustodianState state = new CustodianState(
                estimate.carriedOn(),
                estimate.levels().byDay(),
                estimate.levels().from(),
                strongest.onset,
                suspect.status(),
                alertFields.firstAlertedAt,
                alertFields.open,
                alertFields.escalated,
                was.verdict(),
                was.verdictUntil());
        return new Standing(account, suspect, alert, state, estimate.carriesBlame());
    }

    /**
     * Returns the most likely first day of the leak, in days since 1970-01-01: a day of the sliding window, or the
     * earlier estimate if the leak most likely began before the window. Null for a custodian without attributed
     * incidents and without an open alert.
     */
    private Long onset(Account account, LeakEstimate estimate) {
        Long known = account.before().onset();
        if (estimate.smoothed() == null) {
            return account.before().openAlert() == null ? null : known;
        }
        double[] starting = estimate.smoothed().starting();
        double inWindow = 0;
        int best = -1;
        for (int day = 0; day < starting.length; day++) {
            inWindow += starting[day];
            if (best < 0 || starting[day] > starting[best]) {
                best = day;
            }
        }
        boolean startedBefore = inWindow < 0.5 && known != null && known < days.slidingFrom();
        return startedBefore ? known : Long.valueOf(days.slidingFrom() + best);
    }

    /** Returns the exposure in the horizon, each day weighted by the probability of a leak where that is estimated. */
    private double leakExposure(Account account, LeakEstimate estimate) {
        double sum = 0;
        int slidingFrom = (int) (days.slidingFrom() - days.touchesFrom());
        double[] exposure = account.exposure();
        for (int day = (int) (days.horizonFrom() - days.touchesFrom()); day < exposure.length; day++) {
            boolean smoothed = estimate.smoothed() != null && day >= slidingFrom;
            sum += exposure[day] * (smoothed ? estimate.smoothed().leaking()[day - slidingFrom] : 1);
        }
        return sum;
    }

    /** Returns the lead times of incidents attributed to well-established suspects: those above the alert threshold. */
    private LeadTimes.Sample sampleLeadTimes() {
        double alertStatistic = policy.raiseAt() * LeakChain.LN_10;
        boolean[] isEstablished = new boolean[data.accounts().size()];
        // Nothing of other incidents is attributed to established suspects.
        boolean[] mayBeTheirs = new boolean[data.incidents().size()];
        boolean any = false;
        for (int index = 0; index < isEstablished.length; index++) {
            LeakEstimate estimate = attribution.estimates().get(index);
            isEstablished[index] = estimate.smoothed() != null && estimate.statistic() >= alertStatistic;
            any |= isEstablished[index];
            if (isEstablished[index]) {
                for (int c = data.candidates().first(index);
                        c < data.candidates().end(index);
                        c++) {
                    mayBeTheirs[data.candidates().incident[c]] = true;
                }
            }
        }
        LeadTimes.Sample sample = new LeadTimes.Sample();
        if (!any) {
            return sample;
        }
        for (int i = 0; i < mayBeTheirs.length; i++) {
            Incident incident = data.incidents().get(i);
            if (!mayBeTheirs[i] || incident.decoy) {
                continue;
            }
            long[] touchedAt = incident.known.touchedAt();
            for (int t = 0; t < touchedAt.length && touchedAt[t] < incident.at; t++) {
                if (!isEstablished[data.indexOfSlot()[incident.known.slots()[t]]]) {
                    continue;
                }
                ContactTouch touch = incident.first.touches().get(t);
                long gainedAt = settings.accesses().gainedAt(touch);
                long lead = incident.at - gainedAt;
                // For a younger touch, only short lead times can have been observed.
                boolean complete = days.end() - gainedAt >= settings.window();
                if (lead <= settings.window() && complete) {
                    sample.add(touch.custodian().role(), lead, attribution.share(i, touch));
                }
            }
        }
        return sample;
    }
}
