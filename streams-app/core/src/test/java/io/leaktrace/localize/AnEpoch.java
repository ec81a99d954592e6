package io.leaktrace.localize;

import static io.leaktrace.testing.Given.seller;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Builds an epoch's data for tests of the steps of a solution. Times are hours since the start of the first day. */
final class AnEpoch {

    static final long FIRST_DAY = 19_000;
    static final ModelSettings SETTINGS = ModelSettings.defaults();
    static final LeakChain CHAIN = new LeakChain(SETTINGS);

    final Ledger ledger = new Ledger();
    final SortedMap<Custodian, CustodianState> carried = new TreeMap<>();
    private ModelSettings settings = SETTINGS;
    private int contacts;

    AnEpoch with(ModelSettings changed) {
        settings = changed;
        return this;
    }

    static long time(int hour) {
        return FIRST_DAY * EventTime.DAY + hour * EventTime.HOUR;
    }

    /** Adds an order that each of these custodians touched at an hour. */
    AnEpoch order(int hour, Custodian... custodians) {
        Exposures exposures = Exposures.none();
        long bucket = time(hour) / SETTINGS.epoch();
        exposures.orders().put(bucket, 1);
        for (Custodian custodian : custodians) {
            exposures.touches().put(custodian, new TreeMap<>(Collections.singletonMap(bucket, 1)));
        }
        ledger.add(exposures);
        return this;
    }

    /** Adds an order that each of these custodians accessed at an hour, its first touch. */
    AnEpoch access(int hour, Custodian... custodians) {
        order(hour, custodians);
        Exposures exposures = Exposures.none();
        for (Custodian custodian : custodians) {
            exposures
                    .accesses()
                    .put(custodian, new TreeMap<>(Collections.singletonMap(time(hour) / SETTINGS.epoch(), 1)));
        }
        ledger.add(exposures);
        return this;
    }

    /** Adds such an order, and a contact with its buyer that is reported an hour later. */
    AnEpoch contact(int hour, String buyer, int orderedAt, Custodian... custodians) {
        return contact(hour, buyer, orderedAt, List.of(), custodians);
    }

    /** The same with a buyer that ordered elsewhere three weeks before. */
    AnEpoch contactOfKnownBuyer(int hour, String buyer, int orderedAt, Custodian... custodians) {
        return contact(hour, buyer, orderedAt, List.of(new PastCustodian(seller("elsewhere"), 1 << 3)), custodians);
    }

    private AnEpoch contact(int hour, String buyer, int orderedAt, List<PastCustodian> past, Custodian... custodians) {
        order(orderedAt, custodians);
        List<ContactTouch> touches = Stream.of(custodians)
                .sorted(Comparator.naturalOrder())
                .map(custodian -> new ContactTouch(custodian, "order of " + buyer, time(orderedAt)))
                .toList();
        ledger.add(new ContactEvidence(
                "c" + contacts++,
                buyer,
                time(hour),
                time(hour + 1),
                0,
                null,
                null,
                false,
                1,
                List.of(0, 24, 0, 0, 0),
                touches,
                past));
        return this;
    }

    /** Returns the data of the epoch that ends at an hour; the sliding window begins with the first day. */
    EpochData endingAt(int hour) {
        MarketState before = new MarketState(
                FIRST_DAY, FIRST_DAY, time(hour) - SETTINGS.epoch(), new LeadTimes.Sample(), new TreeMap<>());
        return read(before, hour);
    }

    EpochData read(MarketState before, int endHour) {
        return EpochReader.read(
                settings,
                "m",
                ledger,
                before,
                carried,
                CustodianState.unknown(CHAIN),
                time(endHour),
                LeadTimes.prior(settings),
                Workers.NONE);
    }
}
