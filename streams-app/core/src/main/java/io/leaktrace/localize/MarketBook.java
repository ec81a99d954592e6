package io.leaktrace.localize;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The book of one market: what the correlate tasks said, how far they have come, and what is carried from epoch to
 * epoch. It knows when an epoch can be closed, and closes it.
 */
public final class MarketBook {

    private final ModelSettings settings;
    private final Localizer localizer;
    private final int partitions;
    private final boolean closeAtEnd;

    private final Ledger ledger = new Ledger();
    private final TreeMap<Integer, Progress> progress = new TreeMap<>();
    private final TreeMap<Custodian, CustodianState> states = new TreeMap<>();
    /** By custodian and time: one that is dated ahead must not take the place of one that is due before. */
    private final TreeMap<Custodian, TreeMap<Long, VerdictGiven>> pendingVerdicts = new TreeMap<>();

    private final TreeMap<String, BuyerErased> pendingErasures = new TreeMap<>();
    private final TreeSet<ContactKey> unsolved = new TreeSet<>();
    private final List<ContactKey> erasedContacts = new ArrayList<>();
    private final List<ContactEvidence> changedContacts = new ArrayList<>();
    private final List<BuyerErased> erasedBuyers = new ArrayList<>();
    private MarketState market;
    /** By number of epoch; those that waited longest come first. */
    private final TreeMap<Long, InputCounts> counts = new TreeMap<>();

    /**
     * @param partitions how many correlate tasks there are: an epoch waits for all of them
     * @param closeAtEnd whether the epoch in which the input ends is closed when all tasks have read to the end, as a
     *     replay wants it; otherwise it stays open for what is still to come
     */
    public MarketBook(ModelSettings settings, Localizer localizer, int partitions, boolean closeAtEnd) {
        this.settings = settings;
        this.localizer = localizer;
        this.partitions = partitions;
        this.closeAtEnd = closeAtEnd;
    }

    /** Takes what a correlate task told; true if it is a contact that came after the epoch of its report was closed. */
    public boolean accept(Correlation told) {
        if (told instanceof ContactEvidence contact) {
            return accept(contact);
        }
        if (told instanceof Exposures exposures) {
            accept(exposures);
        } else if (told instanceof Progress said) {
            accept(said);
        } else if (told instanceof BuyerErased erased) {
            accept(erased);
        } else {
            accept((VerdictGiven) told);
        }
        return false;
    }

    /** Takes a contact; true if it came after the epoch of its report was closed. */
    public boolean accept(ContactEvidence contact) {
        boolean late = market != null && contact.reportedAt() < market.closed() && !ledger.knows(contact.key());
        ledger.add(contact);
        if (late) {
            unsolved.add(contact.key());
        }
        return late;
    }

    public void accept(Exposures exposures) {
        ledger.add(exposures);
    }

    public void accept(Progress said) {
        progress.put(said.partition(), said);
        said.counts().forEach((epoch, counted) -> counts.merge(epoch, counted, InputCounts::plus));
    }

    public void accept(VerdictGiven verdict) {
        pendingVerdicts
                .computeIfAbsent(verdict.custodian(), none -> new TreeMap<>())
                .put(verdict.at(), verdict);
    }

    public void accept(BuyerErased erased) {
        // An erasure that reaches less far takes none back.
        pendingErasures.merge(erased.buyerId(), erased, (one, other) -> one.at() >= other.at() ? one : other);
    }

    /** Takes back what was saved; the rest is taken back by accepting it again. */
    public void restore(MarketState savedMarket, SortedMap<Custodian, CustodianState> savedStates) {
        market = savedMarket;
        states.putAll(savedStates);
    }

    public void restoreContact(ContactEvidence contact) {
        ledger.add(contact);
    }

    public void restoreUnsolved(ContactKey contact) {
        unsolved.add(contact);
    }

    public void restoreCounts(SortedMap<Long, InputCounts> saved) {
        counts.putAll(saved);
    }

    /** What has been counted for epochs that are still open, by number of epoch. */
    public SortedMap<Long, InputCounts> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    /** Whether a verdict waits for an epoch to come. */
    public boolean awaits(VerdictGiven verdict) {
        return pendingVerdicts
                .getOrDefault(verdict.custodian(), new TreeMap<>())
                .containsKey(verdict.at());
    }

    /** Whether the erasure of this buyer waits for an epoch to come. */
    public boolean awaitsErasure(String buyerId) {
        return pendingErasures.containsKey(buyerId);
    }

    /** Contacts that were erased when the latest epoch was closed. */
    public List<ContactKey> erasedContacts() {
        return Collections.unmodifiableList(erasedContacts);
    }

    /** Contacts that lost touches to an erasure when the latest epoch was closed. */
    public List<ContactEvidence> changedContacts() {
        return Collections.unmodifiableList(changedContacts);
    }

    /** Buyers that were erased when the latest epoch was closed. */
    public List<BuyerErased> erasedBuyers() {
        return Collections.unmodifiableList(erasedBuyers);
    }

    /** Whether all tasks have read their input to the end. */
    public boolean atEnd() {
        return progress.size() == partitions && progress.values().stream().allMatch(Progress::atEnd);
    }

    /**
     * The suspects of the epoch that was just closed that are to be told: those that nothing is held against at the end
     * of a day only, or when the input of a replay has ended. What is told goes by event time, not by when tasks happen
     * to have read all there is, so that a replay tells what a live run told.
     */
    public List<Suspect> published(Solution solution) {
        boolean all = publishesAll(solution);
        return solution.suspects().stream()
                .filter(suspect -> all
                        || suspect.status() != Suspect.Status.CLEAR
                        || solution.statusChanged().contains(suspect.custodian()))
                .toList();
    }

    /** Whether everybody is told of, suspected or not: at the end of a day, or of the input of a replay. */
    public boolean publishesAll(Solution solution) {
        boolean last = closeAtEnd && atEnd() && closable().isEmpty();
        return last || solution.market().closed() % EventTime.DAY == 0;
    }

    /** All counts of exposure, as one change from nothing. */
    public Exposures exposures() {
        return ledger.exposures();
    }

    /** The end of the epoch that can be closed next, if there is one. */
    public Optional<Long> closable() {
        if (progress.size() < partitions || ledger.hasNoOrders()) {
            return Optional.empty();
        }
        long end = nextEnd();
        return end <= reached() ? Optional.of(end) : Optional.empty();
    }

    private long nextEnd() {
        long epoch = settings.epoch();
        if (market == null) {
            return (ledger.orders().firstKey() + 1) * epoch;
        }
        if (followsGap()) {
            // Nothing is left of the past: go on with the next order, however far away it is.
            return (ledger.orders().firstKey() + 1) * epoch;
        }
        return market.closed() + epoch;
    }

    /** Whether no order is known from the horizon of the epoch to come: the market stood still for that long. */
    private boolean followsGap() {
        return market != null
                && !ledger.hasOrdersBefore(Math.floorDiv(market.closed() + settings.epoch() - 1, settings.epoch()) + 1);
    }

    /**
     * After a gap the market is a new one: its background has to be learned, and what was found out about custodians
     * before is not about now. Otherwise a single order of long ago would end the learning period at once, and the days
     * between would all have to be attributed. Verdicts and alerts stay.
     */
    private void startAnew() {
        market = localizer.startAnew(market, ledger);
        states.replaceAll((custodian, state) -> localizer.startAnew(state));
    }

    private long reached() {
        long slowest = Long.MAX_VALUE;
        long fastest = Long.MIN_VALUE;
        long latest = Long.MIN_VALUE;
        for (Progress said : progress.values()) {
            fastest = Math.max(fastest, said.reached());
            latest = Math.max(latest, said.latest());
            if (!said.atEnd()) {
                slowest = Math.min(slowest, said.reached());
            }
        }
        if (slowest != Long.MAX_VALUE) {
            return slowest;
        }
        return closeAtEnd ? (Math.floorDiv(latest, settings.epoch()) + 1) * settings.epoch() : fastest;
    }

    /** Solves the epoch that {@link #closable()} named, and goes on to the next. */
    public Solution close() {
        long end = closable().orElseThrow(() -> new IllegalStateException("no epoch can be closed"));
        if (followsGap()) {
            startAnew();
        }
        applyVerdicts(end);
        applyErasures(end);
        SortedMap<Long, InputCounts> due = counts.headMap(Math.floorDiv(end, settings.epoch()));
        InputCounts counted = due.values().stream().reduce(InputCounts.NONE, InputCounts::plus);
        due.clear();
        Solution solution = localizer.solve(ledger, market, states, end, counted, unsolved);
        market = solution.market();
        states.clear();
        states.putAll(solution.states());
        solution.settledContacts().forEach(ledger::removeContact);
        long horizonFrom = EventTime.dayOf(end - 1) - settings.ringDays() + 1;
        ledger.forgetBucketsBefore(horizonFrom * EventTime.DAY / settings.epoch());
        long historyFrom = EventTime.dayOf(end - 1) - settings.historyDays() + 1;
        ledger.forgetRiskBefore(historyFrom * 24);
        unsolved.clear();
        return solution;
    }

    /** Erasures count from the epoch on into which they fall, so that a replay erases the same. */
    private void applyErasures(long end) {
        erasedContacts.clear();
        changedContacts.clear();
        erasedBuyers.clear();
        pendingErasures.values().removeIf(erasure -> {
            if (erasure.at() >= end) {
                return false;
            }
            Ledger.Erased erased = ledger.erase(erasure.buyerId(), erasure.at());
            erasedContacts.addAll(erased.contacts());
            changedContacts.addAll(erased.changed());
            erasedBuyers.add(erasure);
            return true;
        });
        unsolved.removeAll(erasedContacts);
    }

    private void applyVerdicts(long end) {
        pendingVerdicts.values().removeIf(byTime -> {
            SortedMap<Long, VerdictGiven> due = byTime.headMap(end);
            for (VerdictGiven verdict : due.values()) {
                states.compute(
                        verdict.custodian(),
                        (custodian, state) -> localizer.withVerdict(state, verdict.verdict(), verdict.expiresAt()));
            }
            due.clear();
            return byTime.isEmpty();
        });
        states.replaceAll((custodian, state) -> state.verdictUntil() != null && state.verdictUntil() < end
                ? localizer.withVerdict(state, Verdict.REMEDIATED, null)
                : state);
    }
}
