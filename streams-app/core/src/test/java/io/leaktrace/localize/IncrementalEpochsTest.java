package io.leaktrace.localize;

import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Strata;
import io.leaktrace.domain.TouchColumns;
import io.leaktrace.domain.Verdict;
import io.leaktrace.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Solves epochs that go on from the ones before, on several numbers of threads, and each of them also from nothing: from the
 * saved state. Every result is the same to the byte. The markets are random, and their seeds are printed.
 */
class IncrementalEpochsTest {

    private static final long FIRST_DAY = 20_000;
    private static final long WINDOW = 14 * EventTime.DAY;

    /** Of several numbers of threads; the chunks are short, because the market is small. */
    private static final Workers[] WORKERS = {new Workers(1), new Workers(2, 3, 50), new Workers(3, 2, 7)};

    private final Random random = new Random(Seed.of("IncrementalEpochsTest"));
    private final List<Custodian> custodians = new ArrayList<>();
    private final TreeMap<ContactKey, ContactEvidence> contacts = new TreeMap<>();
    private final TreeSet<ContactKey> pending = new TreeSet<>();

    /** Verdicts and erasures that may not have taken effect. */
    private final List<Correlation> instructions = new ArrayList<>();

    private final Set<String> seen = new HashSet<>();
    private ModelSettings model;
    private List<MarketBook> books = new ArrayList<>();
    private MarketState market;
    private SortedMap<Custodian, CustodianState> states = new TreeMap<>();
    private Progress progress;
    private int number;

    @ParameterizedTest
    @ValueSource(ints = {6, 24})
    void epochsThatGoOnAreSolvedAsFromNothing(int hours) {
        ModelSettings.Accesses accesses =
                new ModelSettings.Accesses(Set.of(Role.SERVICE_PROVIDER), Set.of(seller("s-3")), 0.1);
        model = ModelSettings.defaults().withEpoch(hours * EventTime.HOUR).withAccesses(accesses);
        for (int i = 0; i < 7; i++) {
            custodians.add(seller("s-" + i));
        }
        for (int i = 0; i < 4; i++) {
            custodians.add(node("n-" + i));
        }
        custodians.add(seller("s-1/agent"));
        custodians.add(new Custodian(Role.SERVICE_PROVIDER, "v"));
        for (Workers workers : WORKERS) {
            books.add(new MarketBook(model, new Localizer(model, "m", workers), 1, false));
        }
        long perDay = EventTime.DAY / model.epoch();
        for (int epoch = 0; epoch < 62 * perDay; epoch++) {
            // After 50 days, the market has no orders for longer than its horizon.
            long gap = epoch >= 50 * perDay ? 40 * EventTime.DAY : 0;
            input(FIRST_DAY * EventTime.DAY + epoch * model.epoch() + gap, epoch / (double) perDay);
            if (random.nextInt(40) == 0) {
                // A process restarts from what it has saved.
                int restarted = random.nextInt(books.size());
                books.set(restarted, restored(WORKERS[restarted]));
            }
            closeAll();
        }
        assertTrue(
                seen.containsAll(Set.of("alert", "suspects", "erased", "late", "shared", "archive", "dismissed")),
                seen + "");
    }

    /** Closes all epochs that can be closed, and compares them with solutions from nothing. */
    private void closeAll() {
        while (books.get(0).closable().isPresent()) {
            MarketBook fromNothing = restored(WORKERS[0]);
            String expected = text(fromNothing, fromNothing.close());
            EpochResult result = null;
            for (int i = 0; i < books.size(); i++) {
                result = books.get(i).close();
                assertEquals(
                        expected,
                        text(books.get(i), result),
                        "epoch that ends at " + result.market().closed() + ", threads: " + (i + 1));
            }
            MarketBook book = books.get(0);
            market = result.market();
            states = result.states();
            result.removableContacts().forEach(contacts::remove);
            book.erasedContacts().forEach(contacts::remove);
            book.changedContacts().forEach(changed -> contacts.put(changed.key(), changed));
            pending.clear();
            notice(book, result);
        }
    }

    private void notice(MarketBook book, EpochResult result) {
        note("alert", !result.alerts().isEmpty());
        note("suspects", result.explainer().explain(0).size() > 1);
        note("erased", !book.erasedContacts().isEmpty());
        note("shared", result.suspects().stream().anyMatch(suspect -> suspect.sharedWith() != null));
        note("archive", result.suspects().stream().anyMatch(suspect -> suspect.copied() != null));
        note("dismissed", result.states().values().stream().anyMatch(state -> state.verdict() == Verdict.DISMISSED));
    }

    private void note(String what, boolean happened) {
        if (happened) {
            seen.add(what);
        }
    }

    /** Returns a book with all that the others have saved. */
    private MarketBook restored(Workers workers) {
        MarketBook book = new MarketBook(model, new Localizer(model, "m", workers), 1, false);
        if (market != null) {
            book.restore(market, states);
        }
        List<ContactEvidence> saved = new ArrayList<>(contacts.values());
        saved.sort(Comparator.comparing(ContactEvidence::contactId));
        saved.forEach(book::restoreContact);
        pending.forEach(book::restorePending);
        book.accept(books.get(0).exposures());
        book.restoreCounts(books.get(0).counts());
        instructions.removeIf(given -> given instanceof VerdictGiven verdict
                ? !books.get(0).awaits(verdict)
                : !books.get(0).awaitsErasure(((BuyerErased) given).buyerId()));
        instructions.forEach(book::accept);
        book.accept(progress);
        return book;
    }

    private void accept(Correlation correlation) {
        boolean late = false;
        for (MarketBook book : books) {
            late = book.accept(correlation);
        }
        if (correlation instanceof ContactEvidence contact) {
            contacts.put(contact.key(), contact);
            if (late) {
                pending.add(contact.key());
                seen.add("late");
            }
        } else if (correlation instanceof VerdictGiven || correlation instanceof BuyerErased) {
            instructions.add(correlation);
        }
    }

    /** Adds the orders, contacts, verdicts and erasures of an epoch. */
    private void input(long from, double day) {
        long end = from + model.epoch();
        accept(exposures(from));
        int scale = (int) (24 * EventTime.HOUR / model.epoch());
        int count = 1 + random.nextInt(Math.max(1, 24 / scale));
        for (int i = 0; i < count; i++) {
            long reportedAt = from + random.nextInt((int) model.epoch());
            if (random.nextInt(20) == 0) {
                // It comes late.
                reportedAt = Math.max(FIRST_DAY * EventTime.DAY, reportedAt - random.nextInt(48) * EventTime.HOUR);
            }
            accept(contact(reportedAt, day, end));
        }
        for (ContactEvidence known : List.copyOf(contacts.values())) {
            if (random.nextInt(25) == 0 && known.contactedAt() > end - WINDOW) {
                accept(withLaterTouch(known, from + random.nextInt((int) model.epoch())));
            }
        }
        // The last epoch of each fifth day has one of both, so that no market is without them.
        boolean isFifth = Math.floor(day) % 5 == 4 && EventTime.dayOf(end) > EventTime.dayOf(from);
        if ((isFifth || random.nextInt(8) == 0) && !contacts.isEmpty()) {
            ContactKey any = new ArrayList<>(contacts.keySet()).get(random.nextInt(contacts.size()));
            accept(new BuyerErased(any.buyerId(), end - random.nextInt(10) * EventTime.DAY));
        }
        if (isFifth) {
            accept(new VerdictGiven(custodians.get(random.nextInt(custodians.size())), Verdict.DISMISSED, from, null));
        }
        if (random.nextInt(20) == 0) {
            Verdict verdict = Verdict.values()[random.nextInt(Verdict.values().length)];
            Custodian about = custodians.get(random.nextInt(custodians.size()));
            accept(new VerdictGiven(about, verdict, from + 1, random.nextBoolean() ? null : from + 5 * EventTime.DAY));
        }
        progress = new Progress(0, end, end - 1, false, new TreeMap<>());
        accept(progress);
    }

    private Exposures exposures(long from) {
        Exposures exposures = Exposures.none();
        long bucket = from / model.epoch();
        for (Custodian custodian : custodians) {
            if (random.nextInt(10) > 0) {
                int count = 1 + random.nextInt(30);
                exposures.touches().put(custodian, new TreeMap<>(Map.of(bucket, count)));
                boolean logged =
                        custodian.id().contains("agent") || custodian.id().equals("s-3");
                if (logged) {
                    exposures.accesses().put(custodian, new TreeMap<>(Map.of(bucket, 1 + random.nextInt(count))));
                }
            }
        }
        exposures.orders().put(bucket, 50);
        if (random.nextInt(4) == 0) {
            exposures.decoys().touches().put(custodians.get(0), new TreeMap<>(Map.of(bucket, 1)));
            exposures.decoys().atRisk().merge(from / EventTime.HOUR, 1, Integer::sum);
        }
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            exposures.atRisk().get(stratum).put(from / EventTime.HOUR, random.nextInt(20));
        }
        return exposures;
    }

    private ContactEvidence contact(long reportedAt, double day, long end) {
        long contactedAt = reportedAt - random.nextInt(30) * EventTime.HOUR;
        String id = "c" + number++;
        String buyer = random.nextInt(4) == 0 && number > 10 ? "b" + random.nextInt(number) : "b" + number;
        // From the twelfth day on, a seller leaks; in the last week before the gap, an archive of another is called
        // through.
        boolean ofLeak = day > 12 && random.nextInt(3) == 0;
        boolean ofArchive = day > 40 && random.nextInt(2) == 0;
        int disclosed = 0;
        for (Field field : Field.values()) {
            boolean known = (ofLeak || ofArchive) && Role.SELLER.knows().contains(field);
            disclosed |= random.nextInt(100) < (known ? 60 : 12) ? 1 << field.ordinal() : 0;
        }
        TreeSet<ContactTouch> touches = new TreeSet<>(ORDER);
        int orders = 1 + random.nextInt(4);
        for (int order = 0; order < orders; order++) {
            long at = contactedAt - WINDOW + (long) (random.nextDouble() * 2 * WINDOW);
            Custodian seller = custodians.get(random.nextInt(7));
            if (order == 0 && ofLeak) {
                at = contactedAt - (1 + random.nextInt(40)) * EventTime.HOUR;
                seller = custodians.get(0);
            }
            // Tasks may have read further than the end of the epoch, but not a contact without a touch before it.
            at = Math.min(at, end + EventTime.DAY);
            add(touches, id + "-" + order, at, contactedAt, seller);
        }
        List<PastCustodian> past = new ArrayList<>();
        for (Custodian custodian : new TreeSet<>(custodians)) {
            boolean copied = ofArchive && custodian.equals(custodians.get(5));
            if (copied || random.nextInt(3) == 0) {
                int weeks = 1 + random.nextInt(1 << 20);
                int accessed = random.nextInt(3) == 0 ? weeks & random.nextInt() : 0;
                past.add(
                        new PastCustodian(custodian, weeks, random.nextInt(9) == 0 ? 0b110 : Fields.OF_ROLE, accessed));
            }
        }
        String quoted = random.nextInt(6) == 0 ? id + "-0" : null;
        boolean dialled = random.nextInt(12) == 0;
        return new ContactEvidence(
                id,
                buyer,
                contactedAt,
                reportedAt,
                disclosed,
                quoted,
                ReportSource.values()[random.nextInt(ReportSource.values().length)],
                random.nextBoolean(),
                random.nextInt(7),
                List.of(100, 100, 50, 50, 36),
                TouchColumns.of(List.copyOf(touches)),
                PastColumns.of(past),
                random.nextInt(12) == 0 ? 7 : 0,
                dialled ? Dialled.VIRTUAL : null,
                dialled ? id + "-0" : null,
                ContactTraces.NONE,
                buyer.endsWith("3"));
    }

    private static final Comparator<ContactTouch> ORDER = Comparator.comparingLong(ContactTouch::touchedAt)
            .thenComparing(ContactTouch::custodian)
            .thenComparing(ContactTouch::orderId);

    private void add(Set<ContactTouch> touches, String order, long at, long contactedAt, Custodian seller) {
        long accessedAt = at + random.nextInt(50) * EventTime.HOUR;
        boolean accessed = accessedAt < contactedAt && random.nextBoolean();
        for (Custodian custodian :
                List.of(seller, custodians.get(7 + random.nextInt(4)), custodians.get(11 + random.nextInt(2)))) {
            touches.add(new ContactTouch(
                    custodian,
                    order,
                    at,
                    random.nextInt(9) == 0 && at < contactedAt ? 0b101 : Fields.OF_ROLE,
                    random.nextInt(20) == 0 && at < contactedAt ? 7 : 0,
                    accessed ? accessedAt : 0));
        }
    }

    private ContactEvidence withLaterTouch(ContactEvidence known, long at) {
        TreeSet<ContactTouch> touches = new TreeSet<>(ORDER);
        touches.addAll(known.touches());
        add(touches, known.contactId() + "-later-" + at, at, known.contactedAt(), custodians.get(random.nextInt(7)));
        return new ContactEvidence(
                known.contactId(),
                known.buyerId(),
                known.contactedAt(),
                known.reportedAt(),
                known.disclosed(),
                known.quotedOrderId(),
                known.source(),
                known.orderedBeforeWindow(),
                known.recentOrders(),
                known.hoursAtRisk(),
                TouchColumns.of(List.copyOf(touches)),
                known.past(),
                known.disclosedMark(),
                known.dialled(),
                known.dialledOrderId(),
                known.traces(),
                known.decoy());
    }

    /** Returns all output records of an epoch and all saved state, bit for bit. */
    private static String text(MarketBook book, EpochResult result) {
        StringBuilder text = new StringBuilder();
        result.suspects().forEach(suspect -> text.append(suspect).append('\n'));
        result.alerts().forEach(alert -> text.append(alert).append('\n'));
        result.evidence().forEach(evidence -> text.append(evidence).append('\n'));
        result.explainer().explain(3).forEach(explanation -> text.append(explanation)
                .append('\n'));
        MarketState market = result.market();
        text.append(result.epoch())
                .append(List.of(market.firstDay(), market.slidingFrom(), market.closed()))
                .append(Arrays.toString(market.leadTimes().values()))
                .append(market.commonSources())
                .append('\n');
        result.states().forEach((custodian, state) -> text.append(custodian)
                .append(Arrays.toString(state.checkpoint().leaking()))
                .append(state.checkpoint().ended())
                .append(' ')
                .append(state.checkpoint().scale())
                .append(Arrays.toString(state.levels()))
                .append(state.levelsFrom())
                .append(' ')
                .append(state.onset())
                .append(state.status())
                .append(state.firstAlertedAt())
                .append(state.openAlert())
                .append(state.escalated())
                .append(state.verdict())
                .append(state.verdictUntil())
                .append('\n'));
        return text.append(List.of(
                        result.statusChanged(), result.changed(), result.forgotten(), result.removableContacts()))
                .append(List.of(book.erasedContacts(), book.changedContacts(), book.erasedBuyers()))
                .append(book.published(result).size())
                .toString();
    }
}
