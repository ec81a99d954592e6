package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.Strata;
import io.leaktrace.domain.TouchColumns;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Groups contacts into incidents. Contacts of one buyer within some days of the first are one incident, because
 * campaigns call again. The time of an incident is that of its first contact; its disclosed fields are those of all its
 * contacts.
 */
final class Incidents {

    /** An incident: one or more contacts of one buyer. */
    static final class Incident {
        final List<KnownContact> contacts;
        final KnownContact known;
        final ContactEvidence first;
        /** Time of the first contact, in epoch milliseconds, and its day. */
        final long at;

        final long day;
        /** Time of its latest report, in epoch milliseconds. */
        final long reportedAt;

        /** Bits of the fields that the caller knew: those stated in the reports, and the number that was dialled. */
        final int disclosed;
        /** Bits of the fields stated in the reports. */
        final int stated;

        final String quotedOrderId;
        /** The order for which the virtual number that was dialled stood, or null. */
        final String dialledOrderId;
        /** Hash of the first mark that came back, or 0. */
        final int disclosedMark;

        final int stratum;
        /** Whether the buyer had an order in the join window before and so counts among the buyers at risk. */
        final boolean atRisk;
        /** Probability that its most reliable report is true, in (0, 1]. */
        final double reliability;
        /** Whether the buyer is a decoy. */
        final boolean decoy;
        /**
         * Number of contacts like this one per contact with a real buyer that is reported, at least 1: of real buyers,
         * only a share is reported.
         */
        final double perReported;
        /** The previous incident of the same buyer, or null. */
        final Incident before;

        /** Hours of the buyer at risk in each stratum, in the join window before. */
        final int[] hoursAtRisk;
        /** Whether the buyer placed exactly one order in the join window before, and none within the memory before it. */
        final boolean isOfLoneOrder;

        /** What the candidates are found from, or null as long as it is not needed. */
        private TouchesBefore touches;

        /**
         * Its place among the incidents of the latest epoch, which are ordered by time; −1 if it is not among them. Only
         * {@link Incidents} and {@link IncidentColumns} use it; a solution knows the place.
         */
        int latestPlace = -1;

        /** @param contacts at least one, by time */
        Incident(List<KnownContact> contacts, Incident before, ModelSettings settings) {
            this.contacts = contacts;
            this.known = contacts.get(0);
            this.first = known.evidence();
            this.at = first.contactedAt();
            this.day = EventTime.dayOf(at);
            this.before = before;
            this.decoy = first.decoy();
            this.perReported = decoy ? 1 / settings.reportedShare() : 1;
            int disclosed = 0;
            int stated = 0;
            String quoted = null;
            String dialledOrder = null;
            long latestReport = Long.MIN_VALUE;
            int mark = 0;
            double mostReliable = 0;
            for (KnownContact contact : contacts) {
                disclosed |= knownFields(contact.evidence());
                stated |= contact.evidence().disclosed();
                dialledOrder = dialledOrder == null ? contact.evidence().dialledOrderId() : dialledOrder;
                latestReport = Math.max(latestReport, contact.evidence().reportedAt());
                mostReliable = Math.max(
                        mostReliable, settings.reliability(contact.evidence().source()));
                mark = mark == 0 ? contact.evidence().disclosedMark() : mark;
                quoted = quoted == null ? contact.evidence().quotedOrderId() : quoted;
            }
            this.disclosed = disclosed;
            this.stated = stated;
            this.dialledOrderId = dialledOrder;
            this.reportedAt = latestReport;
            this.reliability = mostReliable;
            this.quotedOrderId = quoted;
            this.disclosedMark = mark;
            this.stratum = Strata.of(first.recentOrders());
            // The touches are in ascending order of time.
            this.atRisk = first.recentOrders() > 0 || known.touches() > 0 && known.touchedAt()[0] < at;
            this.hoursAtRisk =
                    first.hoursAtRisk().stream().mapToInt(Integer::intValue).toArray();
            this.isOfLoneOrder = hasOneOrder(settings.window());
        }

        private boolean hasOneOrder(long window) {
            long[] touchedAt = known.touchedAt();
            int order = -1;
            for (int t = 0; t < touchedAt.length && touchedAt[t] < at; t++) {
                if (at - touchedAt[t] > window) {
                    continue;
                }
                if (order >= 0 && known.orders()[t] != order) {
                    return false;
                }
                order = known.orders()[t];
            }
            return order >= 0 && !orderedEarlier(touchedAt[0]);
        }

        /** Whether the memory has an order of the buyer from a week before that of the first known touch. */
        private boolean orderedEarlier(long firstTouch) {
            int weeks = (int) (EventTime.weekOf(at) - EventTime.weekOf(firstTouch));
            PastColumns past = first.past();
            for (int p = 0; weeks < Integer.SIZE - 1 && p < past.size(); p++) {
                if (past.weeks(p) >>> weeks + 1 != 0) {
                    return true;
                }
            }
            return false;
        }

        /**
         * Finds the touches that may have caused it, as {@link TouchesBefore#of}. They are found once, because they depend
         * on the contacts, the settings and the order of custodians only.
         */
        void findTouches(
                List<Custodian> custodiansBySlot, int[] indexOfSlot, LeadTimes leadTimes, ModelSettings settings) {
            if (touches == null) {
                touches = TouchesBefore.of(this, custodiansBySlot, indexOfSlot, leadTimes, settings);
            }
        }

        /** Returns the touches that may have caused it; {@link #findTouches} must be called first. */
        TouchesBefore touches() {
            return touches;
        }
    }

    private static final Comparator<Incident> BY_TIME = (one, other) -> {
        int byTime = Long.compare(one.at, other.at);
        int byBuyer = byTime != 0 ? byTime : one.first.buyerId().compareTo(other.first.buyerId());
        return byBuyer != 0 ? byBuyer : one.first.contactId().compareTo(other.first.contactId());
    };

    /** The incidents of each buyer with any, by time. */
    private final Map<String, List<Incident>> ofBuyer = new HashMap<>();

    /** All incidents by time. */
    private Incident[] sorted = {};

    private ModelSettings settings;
    private long reportedBefore;

    /** What has been derived from the sorted incidents, or null. */
    private IncidentData derived;

    /** Returns the incidents from the contacts reported before a time in ms, in ascending order of time. */
    static List<Incident> group(Ledger ledger, long reportedBefore, ModelSettings settings) {
        return Arrays.asList(ledger.incidents(reportedBefore, settings).incidents());
    }

    /**
     * The incidents of an epoch, and which of them are those of the epoch before.
     *
     * @param incidents by time
     * @param previous by incident: its index in the epoch before, or −1 if it was not there
     * @param next by incident of the epoch before: its index now, or −1 if it is not there anymore
     * @param before what was derived from the incidents of the epoch before, or null if there is nothing to go on from
     * @param removed the incidents that are not there anymore
     */
    record Changes(Incident[] incidents, int[] previous, int[] next, IncidentData before, List<Incident> removed) {

        /** Returns the indexes of incidents that were not there in the epoch before. */
        int[] added() {
            return IntStream.range(0, previous.length)
                    .filter(i -> previous[i] < 0)
                    .toArray();
        }

        /** Returns all indexes. */
        int[] all() {
            return IntStream.range(0, previous.length).toArray();
        }
    }

    /**
     * Groups the contacts reported before a time in ms. Only the contacts of buyers that changed are grouped again.
     *
     * @param contactsOfBuyer all contacts; those of a buyer are ordered by time and id
     * @param changed buyers whose contacts changed since the last call; this removes those whose contacts have all been
     *     reported before the time
     */
    Changes update(
            Map<String, List<KnownContact>> contactsOfBuyer,
            Set<String> changed,
            long newReportedBefore,
            ModelSettings newSettings) {
        if (!newSettings.equals(settings) || newReportedBefore < reportedBefore) {
            ofBuyer.clear();
            sorted = new Incident[0];
            changed.addAll(contactsOfBuyer.keySet());
        }
        settings = newSettings;
        reportedBefore = newReportedBefore;
        List<Incident> added = new ArrayList<>();
        List<Incident> removed = new ArrayList<>();
        for (Iterator<String> buyers = changed.iterator(); buyers.hasNext(); ) {
            String buyer = buyers.next();
            List<KnownContact> contacts = contactsOfBuyer.getOrDefault(buyer, List.of());
            List<Incident> old = ofBuyer.getOrDefault(buyer, List.of());
            List<Incident> incidents = group(contacts);
            if (!haveSameContacts(incidents, old)) {
                added.addAll(incidents);
                removed.addAll(old);
                if (incidents.isEmpty()) {
                    ofBuyer.remove(buyer);
                } else {
                    ofBuyer.put(buyer, incidents);
                }
            }
            if (contacts.stream().allMatch(contact -> contact.evidence().reportedAt() < reportedBefore)) {
                buyers.remove();
            }
        }
        added.sort(BY_TIME);
        return merge(added, removed);
    }

    /** Whether two lists of incidents are of the same contacts, as they are known now. */
    private static boolean haveSameContacts(List<Incident> some, List<Incident> others) {
        boolean same = some.size() == others.size();
        for (int i = 0; same && i < some.size(); i++) {
            List<KnownContact> contacts = some.get(i).contacts;
            same = contacts.size() == others.get(i).contacts.size();
            for (int c = 0; same && c < contacts.size(); c++) {
                same = contacts.get(c) == others.get(i).contacts.get(c);
            }
        }
        return same;
    }

    private Changes merge(List<Incident> added, List<Incident> removed) {
        Incident[] before = sorted;
        int[] next = new int[before.length];
        removed.forEach(incident -> incident.latestPlace = -1);
        sorted = new Incident[before.length - removed.size() + added.size()];
        int[] previous = new int[sorted.length];
        Arrays.fill(previous, -1);
        int size = 0;
        int nextAdded = 0;
        for (int place = 0; place < before.length; place++) {
            Incident incident = before[place];
            if (incident.latestPlace < 0) {
                next[place] = -1;
                continue;
            }
            while (nextAdded < added.size() && BY_TIME.compare(added.get(nextAdded), incident) < 0) {
                sorted[size++] = added.get(nextAdded++);
            }
            next[place] = size;
            previous[size] = place;
            sorted[size++] = incident;
        }
        while (nextAdded < added.size()) {
            sorted[size++] = added.get(nextAdded++);
        }
        for (int place = 0; place < size; place++) {
            sorted[place].latestPlace = place;
        }
        boolean goesOn = derived != null && derived.incidents() == before;
        return new Changes(sorted, previous, next, goesOn ? derived : null, removed);
    }

    /** Keeps what was derived from the latest incidents, for the next epoch to go on from. */
    void keep(IncidentData newDerived) {
        derived = newDerived;
    }

    private List<Incident> group(List<KnownContact> ofBuyer) {
        List<Incident> incidents = new ArrayList<>(1);
        Incident before = null;
        List<KnownContact> contacts = new ArrayList<>(1);
        for (KnownContact contact : ofBuyer) {
            if (contact.evidence().reportedAt() >= reportedBefore) {
                continue;
            }
            boolean another = !contacts.isEmpty()
                    && contact.evidence().contactedAt()
                                    - contacts.get(0).evidence().contactedAt()
                            > settings.incidentSpan();
            if (another) {
                before = new Incident(List.copyOf(contacts), before, settings);
                incidents.add(before);
                contacts.clear();
            }
            contacts.add(contact);
        }
        if (!contacts.isEmpty()) {
            incidents.add(new Incident(List.copyOf(contacts), before, settings));
        }
        return List.copyOf(incidents);
    }

    /**
     * Returns the bits of the fields that a caller knew. One that dialled the real number knew the phone number. One
     * that dialled a virtual number need not have known it, whatever the report states.
     */
    private static int knownFields(ContactEvidence contact) {
        int phone = 1 << Field.PHONE.ordinal();
        if (contact.dialled() == null) {
            return contact.disclosed();
        }
        return contact.dialled() == Dialled.REAL ? contact.disclosed() | phone : contact.disclosed() & ~phone;
    }

    /**
     * Returns the factor of a touch by the order of which the call shows data: its virtual number was dialled or, if no
     * such number is known, the caller quoted it. 1 − ρ is the probability that the number still stood for the order of
     * the caller's data, ρ that it stood for another by then. That callers with the real number seldom dial a virtual one
     * is part of the likelihood of the fields (PHONE), so it must not count here as well.
     */
    static double orderFactor(Incident incident, boolean thisDialled, boolean thisQuoted, ModelSettings settings) {
        if (incident.dialledOrderId == null) {
            return quoteFactor(incident.quotedOrderId != null, thisQuoted, settings);
        }
        return thisDialled ? 1 - settings.dialledReused() : settings.dialledReused();
    }

    /** Fields that are of one order, rather than of a person whose number is known from elsewhere; as bits. */
    private static final int FACTS =
            Fields.bits(Set.of(Field.PRODUCT, Field.ORDER_TIME, Field.PRICE, Field.ADDRESS, Field.TRACKING_NUMBER));

    /** Returns whether the caller knew facts of one of the buyer's orders. */
    static boolean knewAnOrder(Incident incident) {
        TouchColumns touches = incident.first.touches();
        boolean quoted = false;
        for (int t = 0; t < touches.size() && touches.touchedAt()[t] < incident.at; t++) {
            quoted |= touches.orderId(t).equals(incident.quotedOrderId);
        }
        return quoted || (incident.disclosed & FACTS) != 0;
    }

    /** Returns q of a touch: the factor for the quoted order, for another order, or if no order was quoted. */
    private static double quoteFactor(boolean anyQuoted, boolean thisQuoted, ModelSettings settings) {
        if (!anyQuoted) {
            return settings.noOrderQuoted();
        }
        return thisQuoted ? settings.quotedOrder() : settings.otherOrder();
    }

    /**
     * Returns the likelihood ratio of the mark that came back, if a touch is the source: 1/p for the custodian's own, p
     * for another one, 1 without one of the two. p is the probability that marks agree by chance, or that a mark is
     * misheard.
     *
     * @param disclosed hash of the mark that came back, or 0
     * @param given hash of the mark that the custodian was given, or 0
     */
    static double markFactor(int disclosed, int given, ModelSettings settings) {
        if (disclosed == 0 || given == 0) {
            return 1;
        }
        return disclosed == given ? 1 / settings.markChance() : settings.markChance();
    }
}
