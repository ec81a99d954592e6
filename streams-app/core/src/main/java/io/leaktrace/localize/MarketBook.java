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
 * The state of one market in the localizer: the correlations that the correlate tasks emitted, the progress of these
 * tasks, and the state that is carried from epoch to epoch. It decides when an epoch can be closed, and closes it.
 */
public final class MarketBook {

    private final ModelSettings settings;
    private final Localizer localizer;
    private final int partitions;
    private final boolean closeAtEnd;

    private final Ledger ledger = new Ledger();
    private final TreeMap<Integer, Progress> progress = new TreeMap<>();
    private final TreeMap<Custodian, CustodianState> states = new TreeMap<>();
    /** By custodian and time, so that a verdict with a later time does not replace one that is due before. */
    private final TreeMap<Custodian, TreeMap<Long, VerdictGiven>> pendingVerdicts = new TreeMap<>();

    private final TreeMap<String, BuyerErased> pendingErasures = new TreeMap<>();
    private final TreeSet<ContactKey> pendingContacts = new TreeSet<>();
    private final List<ContactKey> erasedContacts = new ArrayList<>();
    private final List<ContactEvidence> changedContacts = new ArrayList<>();
    private final List<BuyerErased> erasedBuyers = new ArrayList<>();
    private MarketState market;
    /** Numbers of input records by epoch number, oldest first. */
    private final TreeMap<Long, InputCounts> counts = new TreeMap<>();

    /**
     * @param partitions number of correlate tasks; an epoch is closed when all of them have read past its end
     * @param closeAtEnd whether to close the epoch in which the input ends when all tasks have read to the end, as in a
     *     replay; otherwise that epoch stays open for further input
     */
    public MarketBook(ModelSettings settings, Localizer localizer, int partitions, boolean closeAtEnd) {
        this.settings = settings;
        this.localizer = localizer;
        this.partitions = partitions;
        this.closeAtEnd = closeAtEnd;
    }

    /** Accepts a correlation; returns true if it is a contact whose epoch of report was already closed. */
    public boolean accept(Correlation correlation) {
        if (correlation instanceof ContactEvidence contact) {
            return accept(contact);
        }
        if (correlation instanceof Exposures exposures) {
            accept(exposures);
        } else if (correlation instanceof Progress taskProgress) {
            accept(taskProgress);
        } else if (correlation instanceof BuyerErased erased) {
            accept(erased);
        } else {
            accept((VerdictGiven) correlation);
        }
        return false;
    }

    /** Accepts a contact; returns true if the epoch of its report was already closed. */
    public boolean accept(ContactEvidence contact) {
        boolean late = market != null && contact.reportedAt() < market.closed() && !ledger.knows(contact.key());
        ledger.add(contact);
        if (late) {
            pendingContacts.add(contact.key());
        }
        return late;
    }

    /** Accepts changes of exposure counts. */
    public void accept(Exposures exposures) {
        ledger.add(exposures);
    }

    /** Accepts a task's progress, which replaces its previous one, and adds its counts of input records. */
    public void accept(Progress taskProgress) {
        progress.put(taskProgress.partition(), taskProgress);
        taskProgress.counts().forEach((epoch, counted) -> counts.merge(epoch, counted, InputCounts::plus));
    }

    /** Accepts a verdict, which takes effect at the next epoch that ends after its time. */
    public void accept(VerdictGiven verdict) {
        pendingVerdicts
                .computeIfAbsent(verdict.custodian(), none -> new TreeMap<>())
                .put(verdict.at(), verdict);
    }

    /** Accepts an erasure, which takes effect at the next epoch that ends after its time. */
    public void accept(BuyerErased erased) {
        // An erasure with an earlier time does not replace a wider one.
        pendingErasures.merge(erased.buyerId(), erased, (one, other) -> one.at() >= other.at() ? one : other);
    }

    /** Restores saved states; other saved data are restored by the methods below or by accepting them again. */
    public void restore(MarketState savedMarket, SortedMap<Custodian, CustodianState> savedStates) {
        market = savedMarket;
        states.putAll(savedStates);
    }

    /** Restores a contact. */
    public void restoreContact(ContactEvidence contact) {
        ledger.add(contact);
    }

    /** Restores the key of a contact that was reported before the latest epoch but has no attribution record yet. */
    public void restorePending(ContactKey contact) {
        pendingContacts.add(contact);
    }

    /** Restores the numbers of input records of epochs that are still open, by epoch number. */
    public void restoreCounts(SortedMap<Long, InputCounts> saved) {
        counts.putAll(saved);
    }

    /** Returns the numbers of input records of epochs that are still open, by epoch number. */
    public SortedMap<Long, InputCounts> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    /** Whether a verdict is pending: it takes effect at a later epoch. */
    public boolean awaits(VerdictGiven verdict) {
        return pendingVerdicts
                .getOrDefault(verdict.custodian(), new TreeMap<>())
                .containsKey(verdict.at());
    }

    /** Whether an erasure of this buyer is pending: it takes effect at a later epoch. */
    public boolean awaitsErasure(String buyerId) {
        return pendingErasures.containsKey(buyerId);
    }

    /** Returns the contacts that were erased when the latest epoch was closed. */
    public List<ContactKey> erasedContacts() {
        return Collections.unmodifiableList(erasedContacts);
    }

    /** Returns the contacts from which an erasure removed touches when the latest epoch was closed, as they are now. */
    public List<ContactEvidence> changedContacts() {
        return Collections.unmodifiableList(changedContacts);
    }

    /** Returns the erasures that took effect when the latest epoch was closed. */
    public List<BuyerErased> erasedBuyers() {
        return Collections.unmodifiableList(erasedBuyers);
    }

    /** Whether all tasks have read their input to the end. */
    public boolean atEnd() {
        return progress.size() == partitions && progress.values().stream().allMatch(Progress::atEnd);
    }

    /**
     * Returns the suspect records of the closed epoch that are to be published: those with status clear only at the end
     * of a day or when the input of a replay has ended, or if the status has changed. This depends on event time and
     * not on when tasks reach the end of their input, so a replay publishes the same records as a live run.
     */
    public List<Suspect> published(EpochResult solution) {
        boolean all = publishesAll(solution);
        return solution.suspects().stream()
                .filter(suspect -> all
                        || suspect.status() != Suspect.Status.CLEAR
                        || solution.statusChanged().contains(suspect.custodian()))
                .toList();
    }

    /** Whether the records of all custodians are published: at the end of a day, or of the input of a replay. */
    public boolean publishesAll(EpochResult solution) {
        boolean last = closeAtEnd && atEnd() && closable().isEmpty();
        return last || solution.market().closed() % EventTime.DAY == 0;
    }

    /** Returns all exposure counts, as one change from zero. */
    public Exposures exposures() {
        return ledger.exposures();
    }

    /** Returns the correlations that restore this book, with its states, pending contacts and counts. */
    public List<Correlation> correlations() {
        List<Correlation> correlations = new ArrayList<>();
        correlations.add(exposures());
        ledger.contactsOfBuyer()
                .values()
                .forEach(contacts -> contacts.forEach(known -> correlations.add(known.evidence())));
        correlations.addAll(progress.values());
        pendingVerdicts.values().forEach(byTime -> correlations.addAll(byTime.values()));
        correlations.addAll(pendingErasures.values());
        return correlations;
    }

    /** Returns whether a contact has no attribution record yet, although its epoch of report was closed. */
    public boolean isPending(ContactKey contact) {
        return pendingContacts.contains(contact);
    }

    /** Returns the state after the latest epoch; empty before the first. */
    public Optional<MarketState> state() {
        return Optional.ofNullable(market);
    }

    /** Returns the state of each custodian. */
    public SortedMap<Custodian, CustodianState> states() {
        return Collections.unmodifiableSortedMap(states);
    }

    /** Returns the end of the next epoch that can be closed, in epoch milliseconds; empty if none can be closed yet. */
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
            // No data are left from before the gap: continue at the next order, however much later it is.
            return (ledger.orders().firstKey() + 1) * epoch;
        }
        return market.closed() + epoch;
    }

    /** Whether the horizon of the next epoch has no order: the market had none for that long. */
    private boolean followsGap() {
        return market != null
                && !ledger.hasOrdersBefore(Math.floorDiv(market.closed() + settings.epoch() - 1, settings.epoch()) + 1);
    }

    /**
     * Starts the market again after a gap: its background is learned again, and the leak chains of all custodians start
     * from their initial state. Otherwise a single very old order would end the learning period at once, and all days
     * of the gap would have to be attributed. Verdicts and alerts stay.
     */
    private void startAnew() {
        market = localizer.startAnew(market, ledger);
        states.replaceAll((custodian, state) -> localizer.startAnew(state));
    }

    private long reached() {
        long slowest = Long.MAX_VALUE;
        long fastest = Long.MIN_VALUE;
        long latest = Long.MIN_VALUE;
        for (Progress task : progress.values()) {
            fastest = Math.max(fastest, task.reached());
            latest = Math.max(latest, task.latest());
            if (!task.atEnd()) {
                slowest = Math.min(slowest, task.reached());
            }
        }
        if (slowest != Long.MAX_VALUE) {
            return slowest;
        }
        return closeAtEnd ? (Math.floorDiv(latest, settings.epoch()) + 1) * settings.epoch() : fastest;
    }

    /**
     * Closes the epoch that ends at {@link #closable()} and returns its solution.
     *
     * @throws IllegalStateException if no epoch can be closed
     */
    public EpochResult close() {
        long end = closable().orElseThrow(() -> new IllegalStateException("no epoch can be closed"));
        if (followsGap()) {
            startAnew();
        }
        applyVerdicts(end);
        applyErasures(end);
        SortedMap<Long, InputCounts> due = counts.headMap(Math.floorDiv(end, settings.epoch()));
        InputCounts counted = due.values().stream().reduce(InputCounts.NONE, InputCounts::plus);
        due.clear();
        EpochResult solution = localizer.solve(ledger, market, states, end, counted, pendingContacts);
        market = solution.market();
        states.clear();
        states.putAll(solution.states());
        solution.removableContacts().forEach(ledger::removeContact);
        long horizonFrom = EventTime.dayOf(end - 1) - settings.slidingDays() + 1;
        long horizonBucket = horizonFrom * EventTime.DAY / settings.epoch();
        long memoryWeek = EventTime.weekOf(end - 1) - settings.memoryWeeks();
        long week = EventTime.WEEK / settings.epoch();
        boolean remembers = settings.memoryDays() > 0;
        ledger.forgetBucketsBefore(
                remembers ? Math.min(horizonBucket, memoryWeek * week) : horizonBucket, horizonBucket, week);
        long historyFrom = EventTime.dayOf(end - 1) - settings.historyDays() + 1;
        ledger.forgetRiskBefore(historyFrom * 24);
        pendingContacts.clear();
        return solution;
    }

    /** Applies the erasures dated before the end of the epoch, so that a replay erases the same. */
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
        pendingContacts.removeAll(erasedContacts);
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
