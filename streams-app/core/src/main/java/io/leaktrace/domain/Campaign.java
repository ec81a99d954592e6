package io.leaktrace.domain;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Contacts of one campaign: they share callers, payees or links, directly or by way of others.
 *
 * @param contacts attribution records in order of the time of contact, at least one
 * @param buyers number of buyers that were contacted
 * @param traces what the contacts left, first what most buyers share
 * @param custodians who could have leaked the orders of these buyers, first who explains most
 * @param backgroundShare mean over the buyers of the share that is attributed to no custodian, in [0, 1]
 * @param losses money taken, one sum for each currency, ordered by it
 */
public record Campaign(
        List<Evidence> contacts,
        int buyers,
        List<Trace> traces,
        List<Blame> custodians,
        double backgroundShare,
        List<Loss> losses) {

    /** Share from which a custodian is named as the one that explains a campaign. */
    private static final double MIN_SHARE = 0.1;

    /** Orders by time of contact. */
    static final Comparator<Evidence> BY_TIME =
            Comparator.comparing(Evidence::contactedAt).thenComparing(Evidence::contactKey);

    /** Kind of a trace. */
    public enum Kind {
        CALLER,
        PAYEE,
        LINK;

        /** Returns the trace of this kind, or null. */
        public String of(ContactTraces traces) {
            return switch (this) {
                case CALLER -> traces.caller();
                case PAYEE -> traces.payee();
                case LINK -> traces.link();
            };
        }
    }

    /** A caller, payee or link with the number of contacts and buyers that it is known from. */
    public record Trace(Kind kind, String value, int contacts, int buyers, Instant from, Instant to) {

        private static final Comparator<Trace> MOST_SHARED = Comparator.comparingInt(Trace::buyers)
                .thenComparingInt(Trace::contacts)
                .reversed()
                .thenComparing(Trace::kind)
                .thenComparing(Trace::value);
    }

    /**
     * A custodian's part in a campaign. Each buyer counts once: of several contacts, the mean of the shares.
     *
     * @param share mean over the buyers of the share that is attributed to it, in [0, 1]
     * @param buyers number of buyers of whom it touched an order in the window before a contact
     */
    public record Blame(Custodian custodian, double share, int buyers) {

        private static final Comparator<Blame> MOST_BLAMED = Comparator.comparingDouble(Blame::share)
                .thenComparingInt(Blame::buyers)
                .reversed()
                .thenComparing(Blame::custodian);
    }

    public Campaign {
        contacts = List.copyOf(contacts);
        traces = List.copyOf(traces);
        custodians = List.copyOf(custodians);
        losses = List.copyOf(losses);
    }

    /**
     * Returns the campaign of these contacts.
     *
     * @param members in any order, at least one
     */
    public static Campaign of(Collection<Evidence> members) {
        List<Evidence> contacts = members.stream().sorted(BY_TIME).toList();
        // Buyer by buyer, so that distinct buyers are counted without sets of them, which may be large.
        List<Evidence> byBuyer = contacts.stream()
                .sorted(Comparator.comparing(Evidence::buyerId).thenComparing(BY_TIME))
                .toList();
        int buyers = (int) byBuyer.stream().map(Evidence::buyerId).distinct().count();
        Tally tally = new Tally(buyers);
        for (int from = 0, to; from < byBuyer.size(); from = to) {
            to = from + 1;
            while (to < byBuyer.size()
                    && byBuyer.get(to).buyerId().equals(byBuyer.get(from).buyerId())) {
                to++;
            }
            tally.addBuyer(byBuyer.subList(from, to));
        }
        return new Campaign(contacts, buyers, tally.traces(), tally.blames(), tally.background, tally.losses());
    }

    /** The sums over the buyers. */
    private static final class Tally {
        private final int buyers;
        private final Map<Kind, Map<String, TraceCount>> traces = new EnumMap<>(Kind.class);
        private final Map<Custodian, BlameSum> blame = new HashMap<>();
        private final Map<String, BigDecimal> losses = new TreeMap<>();
        private double background;

        private Tally(int buyers) {
            this.buyers = buyers;
            for (Kind kind : Kind.values()) {
                traces.put(kind, new HashMap<>());
            }
        }

        /** @param contacts all of one buyer, by time */
        private void addBuyer(List<Evidence> contacts) {
            double weight = 1.0 / contacts.size() / buyers;
            for (Evidence contact : contacts) {
                background += weight * contact.backgroundShare();
                for (Evidence.Touch touch : contact.touches()) {
                    blame.computeIfAbsent(touch.custodian(), absent -> new BlameSum())
                            .add(contact.buyerId(), weight * touch.share());
                }
                for (Kind kind : Kind.values()) {
                    String value = kind.of(contact.traces());
                    if (value != null) {
                        traces.get(kind)
                                .computeIfAbsent(value, absent -> new TraceCount())
                                .add(contact);
                    }
                }
                Loss loss = contact.traces().loss();
                if (loss != null) {
                    losses.merge(loss.currency(), loss.amount(), BigDecimal::add);
                }
            }
        }

        private List<Trace> traces() {
            List<Trace> shared = new ArrayList<>();
            traces.forEach((kind, ofKind) -> ofKind.forEach((value, count) ->
                    shared.add(new Trace(kind, value, count.contacts, count.buyers, count.from, count.to))));
            shared.sort(Trace.MOST_SHARED);
            return shared;
        }

        private List<Blame> blames() {
            List<Blame> custodians = new ArrayList<>();
            blame.forEach((custodian, sum) -> custodians.add(new Blame(custodian, sum.share, sum.buyers)));
            custodians.sort(Blame.MOST_BLAMED);
            return custodians;
        }

        private List<Loss> losses() {
            return losses.entrySet().stream()
                    .map(loss -> new Loss(loss.getValue(), loss.getKey()))
                    .toList();
        }
    }

    private static final class BlameSum {
        private double share;
        private int buyers;
        private String latestBuyer;

        private void add(String buyer, double more) {
            share += more;
            buyers += buyer.equals(latestBuyer) ? 0 : 1;
            latestBuyer = buyer;
        }
    }

    private static final class TraceCount {
        private int contacts;
        private int buyers;
        private String latestBuyer;
        private Instant from = Instant.MAX;
        private Instant to = Instant.MIN;

        private void add(Evidence contact) {
            contacts++;
            buyers += contact.buyerId().equals(latestBuyer) ? 0 : 1;
            latestBuyer = contact.buyerId();
            from = contact.contactedAt().isBefore(from) ? contact.contactedAt() : from;
            to = contact.contactedAt().isAfter(to) ? contact.contactedAt() : to;
        }
    }

    /** Returns the earliest contact, by which the campaign is named. */
    public Evidence first() {
        return contacts.get(0);
    }

    /** Returns the latest contact. */
    public Evidence last() {
        return contacts.get(contacts.size() - 1);
    }

    /** Returns the custodian that explains most; null if none explains at least a tenth. */
    public Blame explainedBy() {
        return custodians.isEmpty() || custodians.get(0).share() < MIN_SHARE ? null : custodians.get(0);
    }

    /** Returns the number of different traces of a kind. */
    public int count(Kind kind) {
        return (int) traces.stream().filter(trace -> trace.kind() == kind).count();
    }
}
