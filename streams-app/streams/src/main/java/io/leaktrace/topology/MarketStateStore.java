package io.leaktrace.topology;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.engine.MarketStore;
import io.leaktrace.localize.CustodianState;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.MarketState;
import io.leaktrace.wire.InternalRecords;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Saves and restores the state of a {@link MarketBook}, in four byte stores. */
public final class MarketStateStore implements MarketStore {

    /** Contacts of the history, by {@link ContactKey}. */
    static final String CONTACTS = "contacts";
    /** Changes of exposure, by a sequence number; merged once a day. */
    static final String EXPOSURES = "exposures";
    /** State of each custodian, by its name. */
    static final String CUSTODIANS = "custodians";
    /** Progress of correlate tasks and localizer, and inputs that wait for the next epoch. */
    static final String MARKET = "market";

    static final Set<String> NAMES = Set.of(CONTACTS, EXPOSURES, CUSTODIANS, MARKET);

    private static final String STATE = "state";
    private static final String COUNTS = "counts";
    private static final String PROGRESS = "progress/";
    private static final String PENDING = "unsolved/";
    private static final String VERDICT = "verdict/";
    private static final String ERASURE = "erasure/";
    /** Separates a custodian's name from a time; no name contains it. */
    private static final char SEPARATOR = '\u0000';

    private final ByteStore<String> contacts;
    private final ByteStore<Long> exposures;
    private final ByteStore<String> custodians;
    private final ByteStore<String> market;
    private long nextExposureNumber;
    private long slidingFrom = Long.MIN_VALUE;

    public MarketStateStore(
            ByteStore<String> contacts,
            ByteStore<Long> exposures,
            ByteStore<String> custodians,
            ByteStore<String> market) {
        this.contacts = contacts;
        this.exposures = exposures;
        this.custodians = custodians;
        this.market = market;
    }

    /** Returns the stores of a task. */
    static MarketStateStore of(ProcessorContext<?, ?> context) {
        return new MarketStateStore(
                ByteStore.of(context.getStateStore(CONTACTS)),
                ByteStore.of(context.getStateStore(EXPOSURES)),
                ByteStore.of(context.getStateStore(CUSTODIANS)),
                ByteStore.of(context.getStateStore(MARKET)));
    }

    @Override
    public void restore(MarketBook book) {
        byte[] state = market.get(STATE);
        if (state != null) {
            TreeMap<Custodian, CustodianState> states = new TreeMap<>();
            custodians.forEach(
                    (name, saved) -> states.put(Custodian.parse(name), InternalRecords.readCustodianState(saved)));
            MarketState restored = InternalRecords.readMarketState(state);
            slidingFrom = restored.slidingFrom();
            book.restore(restored, states);
        }
        exposures.forEach((number, saved) -> {
            book.accept((Exposures) InternalRecords.readCorrelation(saved));
            nextExposureNumber = Math.max(nextExposureNumber, number + 1);
        });
        restoreContacts(book);
        market.forEach((key, saved) -> {
            if (key.startsWith(PROGRESS)) {
                book.accept((Progress) InternalRecords.readCorrelation(saved));
            } else if (key.startsWith(VERDICT)) {
                book.accept((VerdictGiven) InternalRecords.readCorrelation(saved));
            } else if (key.startsWith(ERASURE)) {
                book.accept((BuyerErased) InternalRecords.readCorrelation(saved));
            } else if (key.startsWith(PENDING) && ContactKey.isText(key.substring(PENDING.length()))) {
                book.restorePending(ContactKey.parse(key.substring(PENDING.length())));
            } else if (key.equals(COUNTS)) {
                book.restoreCounts(((Progress) InternalRecords.readCorrelation(saved)).counts());
            }
        });
    }

    /**
     * Restores contacts. Earlier versions stored them by their id alone; these are stored again by {@link ContactKey}.
     */
    private void restoreContacts(MarketBook book) {
        List<String> old = new ArrayList<>();
        List<ContactEvidence> rekeyed = new ArrayList<>();
        contacts.forEach((key, saved) -> {
            ContactEvidence contact = (ContactEvidence) InternalRecords.readCorrelation(saved);
            book.restoreContact(contact);
            if (!key.equals(contact.key().text())) {
                old.add(key);
                rekeyed.add(contact);
            }
        });
        old.forEach(contacts::delete);
        rekeyed.forEach(contact -> contacts.put(contact.key().text(), InternalRecords.write(contact)));
    }

    /** Saves a whole book, if the stores are empty. */
    public void saveAll(MarketBook book) {
        book.correlations()
                .forEach(correlation -> save(
                        correlation,
                        correlation instanceof ContactEvidence contact && book.isPending(contact.key()),
                        book.counts()));
        book.states().forEach((custodian, state) -> custodians.put(custodian.toString(), InternalRecords.write(state)));
        book.state().ifPresent(state -> market.put(STATE, InternalRecords.write(state)));
    }

    @Override
    public void save(Correlation correlation, boolean late, SortedMap<Long, InputCounts> counts) {
        if (correlation instanceof ContactEvidence contact) {
            contacts.put(contact.key().text(), InternalRecords.write(contact));
            if (late) {
                market.put(PENDING + contact.key().text(), new byte[0]);
            }
        } else if (correlation instanceof Exposures changes) {
            putExposures(changes);
        } else if (correlation instanceof Progress progress) {
            market.put(
                    PROGRESS + progress.partition(),
                    InternalRecords.write(withCounts(progress, Collections.emptySortedMap())));
            market.put(COUNTS, InternalRecords.write(withCounts(progress, counts)));
        } else if (correlation instanceof VerdictGiven verdict) {
            market.put(VERDICT + verdict.custodian() + SEPARATOR + verdict.at(), InternalRecords.write(verdict));
        } else if (correlation instanceof BuyerErased erased) {
            String key = ERASURE + erased.buyerId();
            byte[] pending = market.get(key);
            if (pending == null || ((BuyerErased) InternalRecords.readCorrelation(pending)).at() < erased.at()) {
                market.put(key, InternalRecords.write(erased));
            }
        }
    }

    private static Progress withCounts(Progress progress, SortedMap<Long, InputCounts> counts) {
        return new Progress(progress.partition(), progress.reached(), progress.latest(), progress.atEnd(), counts);
    }

    private void putExposures(Exposures changes) {
        for (Exposures part : changes.split()) {
            exposures.put(nextExposureNumber++, InternalRecords.write(part));
        }
    }

    @Override
    public void save(EpochResult solution, MarketBook book) {
        for (Custodian custodian : solution.changed()) {
            custodians.put(
                    custodian.toString(),
                    InternalRecords.write(solution.states().get(custodian)));
        }
        solution.forgotten().forEach(custodian -> custodians.delete(custodian.toString()));
        book.changedContacts().forEach(contact -> contacts.put(contact.key().text(), InternalRecords.write(contact)));
        solution.removableContacts().forEach(contact -> contacts.delete(contact.text()));
        book.erasedContacts().forEach(contact -> contacts.delete(contact.text()));
        market.put(STATE, InternalRecords.write(solution.market()));
        market.put(COUNTS, InternalRecords.write(new Progress(0, 0, 0, false, book.counts())));
        List<String> done = new ArrayList<>();
        market.forEach((key, saved) -> {
            // Decided by content, not by key: earlier versions stored one verdict per custodian, by its name alone.
            boolean verdictApplied =
                    key.startsWith(VERDICT) && !book.awaits((VerdictGiven) InternalRecords.readCorrelation(saved));
            boolean erased = key.startsWith(ERASURE) && !book.awaitsErasure(key.substring(ERASURE.length()));
            if (key.startsWith(PENDING) || verdictApplied || erased) {
                done.add(key);
            }
        });
        done.forEach(market::delete);
        if (solution.market().slidingFrom() != slidingFrom) {
            slidingFrom = solution.market().slidingFrom();
            compactExposures(book);
        }
    }

    /** Once a day, rewrites the exposures, so that those outside the horizon leave the store. */
    private void compactExposures(MarketBook book) {
        List<Long> old = new ArrayList<>();
        exposures.forEach((number, saved) -> old.add(number));
        old.forEach(exposures::delete);
        putExposures(book.exposures());
    }
}
