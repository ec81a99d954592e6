package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Reads the data of one epoch from the ledger. It ignores what happened or was reported after the epoch's end, because
 * correlate tasks may have read further.
 */
final class EpochReader {

    private final ModelSettings settings;
    private final Ledger ledger;
    private final EpochDays days;
    private final Workers workers;
    private final Incidents.Changes changes;
    private final List<Incident> incidents;
    private final IncidentColumns columns;

    private EpochReader(ModelSettings settings, Ledger ledger, EpochDays days, Workers workers) {
        this.settings = settings;
        this.ledger = ledger;
        this.days = days;
        this.workers = workers;
        this.changes = ledger.incidents(days.end(), settings);
        this.incidents = Arrays.asList(changes.incidents());
        IncidentColumns previous =
                changes.before() == null ? null : changes.before().columns();
        this.columns = IncidentColumns.next(previous, changes, days.end(), settings, workers);
    }

    /**
     * Returns the data of the epoch that ends at {@code end}.
     *
     * @param before state of the market after the previous epoch, or null at the first epoch
     * @param carried state of each custodian after the previous epoch
     * @param unknown state of a custodian without a carried state
     * @param end end of the epoch, exclusive, in epoch milliseconds
     * @param priorLeadTimes the prior densities of these settings
     */
    static EpochData read(
            ModelSettings settings,
            String market,
            Ledger ledger,
            MarketState before,
            SortedMap<Custodian, CustodianState> carried,
            CustodianState unknown,
            long end,
            LeadTimes priorLeadTimes,
            Workers workers) {
        EpochDays days = EpochDays.of(end, before, ledger.orders().firstKey(), settings);
        LeadTimes leadTimes =
                priorLeadTimes.learn(settings, before == null ? new LeadTimes.Sample() : before.leadTimes());
        return new EpochReader(settings, ledger, days, workers).read(market, carried, unknown, leadTimes);
    }

    private EpochData read(
            String market, SortedMap<Custodian, CustodianState> carried, CustodianState unknown, LeadTimes leadTimes) {
        ReportingDelay delay = learnReportingDelay();
        List<Custodian> custodians = custodians(carried.keySet());
        Map<Custodian, Integer> indexes = new HashMap<>();
        for (Custodian custodian : custodians) {
            indexes.put(custodian, indexes.size());
        }
        int[] indexOfSlot = ledger.custodiansBySlot().stream()
                .mapToInt(custodian -> indexes.getOrDefault(custodian, -1))
                .toArray();

        CustodianState[] states = new CustodianState[custodians.size()];
        LeakLevels[] levels = new LeakLevels[states.length];
        boolean[] carriesBlame = new boolean[levels.length];
        boolean[] isNew = new boolean[levels.length];
        long levelsUntil = settings.has(ModelComponent.REATTRIBUTION) ? days.slidingFrom() : days.today() + 1;
        for (int index = 0; index < levels.length; index++) {
            CustodianState state = carried.get(custodians.get(index));
            isNew[index] = state == null;
            states[index] = isNew[index] ? unknown : state;
            levels[index] = LeakLevels.carried(states[index], days, levelsUntil);
            carriesBlame[index] = levels[index].any();
        }
        IncidentData derived = derive(carriesBlame, indexOfSlot, leadTimes);
        Candidates candidates = new Candidates(derived.candidates(), incidents, indexOfSlot, custodians.size());

        int[][] touches = new int[levels.length][days.touchDays()];
        double[][] exposures = new double[levels.length][days.touchDays()];
        countExposures(
                ledger.touches(),
                ledger.accesses(),
                custodians,
                leadTimes.reportedWithin(delay),
                1,
                touches,
                exposures);
        int[][] decoys = decoys(custodians, leadTimes, exposures);
        double[][] ordersUntilWeek = new double[levels.length][];
        workers.overCustodians(levels.length, (from, to) -> {
            for (int index = from; index < to; index++) {
                ordersUntilWeek[index] = ordersUntilWeek(custodians.get(index));
            }
        });
        int[] contacts = countContacts(derived.counts(), indexOfSlot, levels.length);
        // The attribution of those before it is final: only their background shares still count.
        int open = columns.firstFrom(days.touchesFrom());
        List<Account> accounts = new ArrayList<>(levels.length);
        for (int index = 0; index < levels.length; index++) {
            Custodian custodian = custodians.get(index);
            accounts.add(new Account(
                    index,
                    custodian,
                    states[index],
                    isNew[index],
                    levels[index],
                    touches[index],
                    decoys[index],
                    exposures[index],
                    ordersUntilWeek[index],
                    firstMemoryWeek(),
                    contacts[index],
                    candidates.first(index),
                    candidates.firstFrom(index, open),
                    candidates.end(index)));
        }
        long historyFrom = Math.max(days.firstDay(), days.historyFrom());
        return new EpochData(
                settings,
                market,
                days,
                accounts,
                Parts.among(custodians, indexes, ledger.accesses().keySet(), exposures),
                indexes,
                indexOfSlot,
                incidents,
                derived,
                candidates,
                leadTimes,
                delay,
                Background.AtRisk.of(ledger, historyFrom * bucketsPerDay(), days.end(), delay, settings),
                Background.AtRisk.ofDecoys(ledger, historyFrom * bucketsPerDay(), days.end(), settings),
                shoppingExposure(leadTimes.priorReportedWithin(delay)),
                workers);
    }

    private ReportingDelay learnReportingDelay() {
        ReportingDelay.Sample sample = new ReportingDelay.Sample();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.decoy[i]) {
                continue;
            }
            sample.add(columns.delay[i], (int) EventTime.hourOf(days.end() - columns.at[i]));
            if (columns.severalContacts[i]) {
                for (KnownContact contact : incidents
                        .get(i)
                        .contacts
                        .subList(1, incidents.get(i).contacts.size())) {
                    ContactEvidence evidence = contact.evidence();
                    sample.add((int) EventTime.hourOf(evidence.reportedAt() - evidence.contactedAt()), (int)
                            EventTime.hourOf(days.end() - evidence.contactedAt()));
                }
            }
        }
        return ReportingDelay.learn(sample);
    }

    /**
     * Returns the custodians with a carried state or a touch in this horizon or the previous one, also of an incident's
     * buyer, in ascending order. Older touches count only for the memory.
     */
    private List<Custodian> custodians(Set<Custodian> carried) {
        TreeSet<Custodian> custodians = new TreeSet<>(carried);
        long from = days.leftHorizonFrom() * bucketsPerDay();
        for (SortedMap<Custodian, BucketCounts> touches : List.of(ledger.touches(), ledger.decoyTouches())) {
            touches.forEach((custodian, counts) -> {
                int place = counts.firstPlaceFrom(from);
                if (place < counts.size() && counts.bucket(place) < bucketsUntilEnd()) {
                    custodians.add(custodian);
                }
            });
        }
        List<Custodian> bySlot = ledger.custodiansBySlot();
        if (!custodians.containsAll(bySlot)) {
            custodians.addAll(newInIncidents(custodians, bySlot));
        }
        return new ArrayList<>(custodians);
    }

    /** Returns the custodians with a touch of an incident's buyer that are not yet known. */
    private Set<Custodian> newInIncidents(Set<Custodian> known, List<Custodian> bySlot) {
        boolean[] isKnown = new boolean[bySlot.size()];
        for (int slot = 0; slot < isKnown.length; slot++) {
            isKnown[slot] = known.contains(bySlot.get(slot));
        }
        boolean[][] found = new boolean[workers.chunksOfIncidents(columns.size())][isKnown.length];
        workers.overIncidents(columns.size(), (from, to) -> {
            boolean[] ofChunk = found[workers.chunkOf(from)];
            for (Incident incident : incidents.subList(from, to)) {
                for (KnownContact contact : incident.contacts) {
                    for (int t = 0; t < contact.touches() && contact.touchedAt()[t] < days.end(); t++) {
                        ofChunk[contact.slots()[t]] = true;
                    }
                }
            }
        });
        Set<Custodian> unknown = new HashSet<>();
        for (int slot = 0; slot < isKnown.length; slot++) {
            boolean any = false;
            for (boolean[] ofChunk : found) {
                any |= ofChunk[slot];
            }
            if (any && !isKnown[slot]) {
                unknown.add(bySlot.get(slot));
            }
        }
        return unknown;
    }

    /**
     * Returns the touches of decoys' orders by account and day, and adds them to the exposures. All of their contacts are
     * reported, so they count for more than those of real buyers; they are taken to be reported at once.
     */
    private int[][] decoys(List<Custodian> custodians, LeadTimes leadTimes, double[][] exposures) {
        if (ledger.decoyTouches().isEmpty()) {
            int[][] none = new int[exposures.length][];
            Arrays.fill(none, Account.NO_DECOYS);
            return none;
        }
        int[][] decoys = new int[exposures.length][days.touchDays()];
        double[][] within = leadTimes.reportedWithin(ReportingDelay.none());
        countExposures(
                ledger.decoyTouches(),
                ledger.decoyAccesses(),
                custodians,
                within,
                1 / settings.reportedShare(),
                decoys,
                exposures);
        return decoys;
    }

    /** @param each exposure of an order all of whose contacts are reported by now */
    private void countExposures(
            SortedMap<Custodian, BucketCounts> ofTouches,
            SortedMap<Custodian, BucketCounts> accesses,
            List<Custodian> custodians,
            double[][] reportedWithin,
            double each,
            int[][] touches,
            double[][] exposures) {
        int bucketsPerDay = (int) bucketsPerDay();
        double[][] reportedShares = new double[reportedWithin.length][];
        for (int role = 0; role < reportedShares.length; role++) {
            reportedShares[role] = reportedShares(reportedWithin[role]);
        }
        workers.overCustodians(touches.length, (from, to) -> {
            for (int index = from; index < to; index++) {
                Custodian custodian = custodians.get(index);
                double[] share = reportedShares[custodian.role().ordinal()];
                double unlogged = settings.accesses().unlogged(custodian);
                BucketCounts counts = ofTouches.getOrDefault(custodian, NO_COUNTS);
                for (int i = counts.firstPlaceFrom(firstBucket()); i < counts.size(); i++) {
                    long bucket = counts.bucket(i) - firstBucket();
                    if (bucket < share.length) {
                        int day = (int) bucket / bucketsPerDay;
                        touches[index][day] += counts.count(i);
                        exposures[index][day] += counts.count(i) * share[(int) bucket] * unlogged * each;
                    }
                }
                BucketCounts accessed = unlogged < 1 ? accesses.getOrDefault(custodian, NO_COUNTS) : NO_COUNTS;
                for (int i = accessed.firstPlaceFrom(firstBucket()); i < accessed.size(); i++) {
                    long bucket = accessed.bucket(i) - firstBucket();
                    if (bucket < share.length) {
                        exposures[index][(int) bucket / bucketsPerDay] +=
                                accessed.count(i) * share[(int) bucket] * (1 - unlogged) * each;
                    }
                }
            }
        });
    }

    private static final BucketCounts NO_COUNTS = new BucketCounts();
    private static final double[] NO_WEEKS = {};

    /** Returns {@link Account#ordersUntilWeek} of a custodian. */
    private double[] ordersUntilWeek(Custodian custodian) {
        BucketCounts touches = ledger.touches().get(custodian);
        if (settings.memoryDays() == 0 || touches == null) {
            return NO_WEEKS;
        }
        double[] until = new double[(int) (EventTime.weekOf(days.end() - 1) - firstMemoryWeek() + 1)];
        double unlogged = settings.accesses().unlogged(custodian);
        addWeeks(touches, unlogged, until);
        BucketCounts accesses = ledger.accesses().get(custodian);
        if (unlogged < 1 && accesses != null) {
            addWeeks(accesses, 1 - unlogged, until);
        }
        for (int week = 1; week < until.length; week++) {
            until[week] += until[week - 1];
        }
        return until;
    }

    private void addWeeks(BucketCounts counts, double factor, double[] byWeek) {
        long bucketsPerWeek = 7 * bucketsPerDay();
        long nextWeek = firstMemoryWeek() * bucketsPerWeek;
        int week = -1;
        // Without a division for each bucket: they are ascending.
        for (int i = counts.firstPlaceFrom(nextWeek); i < counts.size() && counts.bucket(i) < bucketsUntilEnd(); i++) {
            while (counts.bucket(i) >= nextWeek) {
                nextWeek += bucketsPerWeek;
                week++;
            }
            byWeek[week] += counts.count(i) * factor;
        }
    }

    /** Returns the first week of the memory, as far as the ledger keeps it. */
    private long firstMemoryWeek() {
        return EventTime.weekOf(days.end() - 1) - settings.memoryWeeks();
    }

    private double shoppingExposure(double[] reportedWithin) {
        double[] share = reportedShares(reportedWithin);
        double exposure = 0;
        for (Map.Entry<Long, Integer> count : ledger.orders().entrySet()) {
            long bucket = count.getKey() - firstBucket();
            if (bucket >= 0 && bucket < share.length) {
                exposure += count.getValue() * share[(int) bucket];
            }
        }
        return exposure;
    }

    /**
     * Returns, for each bucket since the first day of touch, the expected share of the contacts caused in it that are
     * reported by the end of the epoch: the mean over the bucket's hours.
     *
     * @param within probability that a contact has happened and been reported, by whole hours since the touch
     */
    private double[] reportedShares(double[] within) {
        int hours = (int) (settings.epoch() / EventTime.HOUR);
        double[] shares = new double[(int) (bucketsUntilEnd() - firstBucket())];
        for (int bucket = 0; bucket < shares.length; bucket++) {
            long bucketEnd = (firstBucket() + bucket + 1) * settings.epoch();
            int youngest = (int) EventTime.hourOf(days.end() - bucketEnd);
            for (int i = 0; i < hours; i++) {
                int age = Math.min(youngest + i, within.length - 2);
                shares[bucket] += (within[age] + within[age + 1]) / 2 / hours;
            }
        }
        return shares;
    }

    private long bucketsPerDay() {
        return EventTime.DAY / settings.epoch();
    }

    private long firstBucket() {
        return days.touchesFrom() * bucketsPerDay();
    }

    private long bucketsUntilEnd() {
        return days.end() / settings.epoch();
    }

    /** Returns, by account, the number of contacts in the horizon that came after a touch of its custodian. */
    private int[] countContacts(TouchCounts counts, int[] indexOfSlot, int custodians) {
        int[] contactsOf = new int[custodians];
        for (int slot = 0; slot < indexOfSlot.length; slot++) {
            if (indexOfSlot[slot] >= 0) {
                contactsOf[indexOfSlot[slot]] = counts.contacts(slot, days.horizonFrom(), days.today());
            }
        }
        return contactsOf;
    }

    private IncidentData derive(boolean[] carriesBlame, int[] indexOfSlot, LeadTimes leadTimes) {
        boolean[] slotCarriesBlame = new boolean[indexOfSlot.length];
        for (int slot = 0; slot < indexOfSlot.length; slot++) {
            slotCarriesBlame[slot] = indexOfSlot[slot] >= 0 && carriesBlame[indexOfSlot[slot]];
        }
        IncidentData before = changes.before();
        CandidateLists candidates = CandidateLists.next(
                before == null ? null : before.candidates(),
                changes,
                columns,
                slotCarriesBlame,
                ledger.custodiansBySlot(),
                indexOfSlot,
                days.touchesFrom(),
                leadTimes,
                settings,
                workers);
        PastLists past = PastLists.next(
                before == null ? null : before.past(),
                changes,
                columns,
                indexOfSlot.length,
                days.slidingFrom(),
                workers);
        LaterTouches later = LaterTouches.next(
                before == null ? null : before.later(), changes, columns, days.touchesFrom(), days.end(), workers);
        TouchCounts counts =
                TouchCounts.next(before == null ? null : before.counts(), changes, columns, days, indexOfSlot.length);
        IncidentData derived = new IncidentData(changes.incidents(), columns, candidates, past, later, counts);
        ledger.keep(derived);
        return derived;
    }
}
