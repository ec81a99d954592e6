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
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.MarketState;
import io.leaktrace.localize.Solution;
import io.leaktrace.wire.InternalRecords;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Keeps what a {@link MarketBook} is made from again, in four stores of bytes. */
public final class MarketStateStore implements MarketStore {

    /** Contacts of the history, by {@link ContactKey}. */
    static final String CONTACTS = "contacts";
    /** Changes of exposure, by a running number; put together into one whole once a day. */
    static final String EXPOSURES = "exposures";
    /** What is carried about each custodian. */
    static final String CUSTODIANS = "custodians";
    /** How far tasks and localizer have come, and what waits for the next epoch. */
    static final String MARKET = "market";

    static final Set<String> NAMES = Set.of(CONTACTS, EXPOSURES, CUSTODIANS, MARKET);

    private static final String STATE = "state";
    private static final String COUNTS = "counts";
    private static final String PROGRESS = "progress/";
    private static final String UNSOLVED = "unsolved/";
    private static final String VERDICT = "verdict/";
    private static final String ERASURE = "erasure/";
    /** Is in no name of a custodian. */
    private static final char SEPARATOR = '\u0000';

    private final Entries<String> contacts;
    private final Entries<Long> exposures;
    private final Entries<String> custodians;
    private final Entries<String> market;
    private long nextExposures;
    private long ringFrom = Long.MIN_VALUE;

    public MarketStateStore(
            Entries<String> contacts, Entries<Long> exposures, Entries<String> custodians, Entries<String> market) {
        this.contacts = contacts;
        this.exposures = exposures;
        this.custodians = custodians;
        this.market = market;
    }

    /** The stores of a task. */
    static MarketStateStore of(ProcessorContext<?, ?> context) {
        return new MarketStateStore(
                Entries.of(context.getStateStore(CONTACTS)),
                Entries.of(context.getStateStore(EXPOSURES)),
                Entries.of(context.getStateStore(CUSTODIANS)),
                Entries.of(context.getStateStore(MARKET)));
    }

    @Override
    public void restore(MarketBook book) {
        byte[] state = market.get(STATE);
        if (state != null) {
            TreeMap<Custodian, CustodianState> states = new TreeMap<>();
            custodians.forEach(
                    (name, saved) -> states.put(Custodian.parse(name), InternalRecords.readCustodianState(saved)));
            MarketState restored = InternalRecords.readMarketState(state);
            ringFrom = restored.ringFrom();
            book.restore(restored, states);
        }
        exposures.forEach((number, saved) -> {
            book.accept((Exposures) InternalRecords.readCorrelation(saved));
            nextExposures = Math.max(nextExposures, number + 1);
        });
        restoreContacts(book);
        market.forEach((key, saved) -> {
            if (key.startsWith(PROGRESS)) {
                book.accept((Progress) InternalRecords.readCorrelation(saved));
            } else if (key.startsWith(VERDICT)) {
                book.accept((VerdictGiven) InternalRecords.readCorrelation(saved));
            } else if (key.startsWith(ERASURE)) {
                book.accept((BuyerErased) InternalRecords.readCorrelation(saved));
            } else if (key.startsWith(UNSOLVED) && ContactKey.isText(key.substring(UNSOLVED.length()))) {
                book.restoreUnsolved(ContactKey.parse(key.substring(UNSOLVED.length())));
            } else if (key.equals(COUNTS)) {
                book.restoreCounts(((Progress) InternalRecords.readCorrelation(saved)).counts());
            }
        });
    }

    /** Earlier versions kept contacts by their id alone: those are kept by their key from now on. */
    private void restoreContacts(MarketBook book) {
        List<String> old = new ArrayList<>();
        List<ContactEvidence> again = new ArrayList<>();
        contacts.forEach((key, saved) -> {
            ContactEvidence contact = (ContactEvidence) InternalRecords.readCorrelation(saved);
            book.restoreContact(contact);
            if (!key.equals(contact.key().text())) {
                old.add(key);
                again.add(contact);
            }
        });
        old.forEach(contacts::delete);
        again.forEach(contact -> contacts.put(contact.key().text(), InternalRecords.write(contact)));
    }

    @Override
    public void keep(Correlation told, boolean late, SortedMap<Long, InputCounts> counts) {
        if (told instanceof ContactEvidence contact) {
            contacts.put(contact.key().text(), InternalRecords.write(contact));
            if (late) {
                market.put(UNSOLVED + contact.key().text(), new byte[0]);
            }
        } else if (told instanceof Exposures changes) {
            keep(changes);
        } else if (told instanceof Progress progress) {
            market.put(
                    PROGRESS + progress.partition(),
                    InternalRecords.write(withCounts(progress, Collections.emptySortedMap())));
            market.put(COUNTS, InternalRecords.write(withCounts(progress, counts)));
        } else if (told instanceof VerdictGiven verdict) {
            market.put(VERDICT + verdict.custodian() + SEPARATOR + verdict.at(), InternalRecords.write(verdict));
        } else if (told instanceof BuyerErased erased) {
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

    private void keep(Exposures changes) {
        for (Exposures part : changes.split()) {
            exposures.put(nextExposures++, InternalRecords.write(part));
        }
    }

    @Override
    public void keep(Solution solution, MarketBook book) {
        for (Custodian custodian : solution.changed()) {
            custodians.put(
                    custodian.toString(),
                    InternalRecords.write(solution.states().get(custodian)));
        }
        solution.forgotten().forEach(custodian -> custodians.delete(custodian.toString()));
        book.changedContacts().forEach(contact -> contacts.put(contact.key().text(), InternalRecords.write(contact)));
        solution.settledContacts().forEach(contact -> contacts.delete(contact.text()));
        book.erasedContacts().forEach(contact -> contacts.delete(contact.text()));
        market.put(STATE, InternalRecords.write(solution.market()));
        market.put(COUNTS, InternalRecords.write(new Progress(0, 0, 0, false, book.counts())));
        List<String> done = new ArrayList<>();
        market.forEach((key, saved) -> {
            // By what it holds: earlier versions kept one verdict on a custodian, by its name alone.
            boolean verdictApplied =
                    key.startsWith(VERDICT) && !book.awaits((VerdictGiven) InternalRecords.readCorrelation(saved));
            boolean erased = key.startsWith(ERASURE) && !book.awaitsErasure(key.substring(ERASURE.length()));
            if (key.startsWith(UNSOLVED) || verdictApplied || erased) {
                done.add(key);
            }
        });
        done.forEach(market::delete);
        if (solution.market().ringFrom() != ringFrom) {
            ringFrom = solution.market().ringFrom();
            putTogether(book);
        }
    }

    /** Once a day: what has left the horizon leaves the store too. */
    private void putTogether(MarketBook book) {
        List<Long> old = new ArrayList<>();
        exposures.forEach((number, saved) -> old.add(number));
        old.forEach(exposures::delete);
        keep(book.exposures());
    }
}
