package io.leaktrace.runs;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Campaign;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.Suspect;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tables of a run. Times are ISO-8601 and numbers have a fixed number of decimals, so that equal findings give
 * equal text. Names and order of the columns of suspects and alerts are those of the contract.
 */
public final class RunSchema {

    private static final String TEXT = "VARCHAR";
    private static final String INTEGER = "INTEGER";
    private static final String LONG = "BIGINT";
    private static final String NUMBER = "DOUBLE";
    private static final String TIME = "TIMESTAMPTZ";

    private static final String ID = "id";
    private static final String FIRST_CONTACT = "first_contact_id";
    private static final String LOSS = "loss";

    /** Columns of CSV files with text from outside. */
    static final Set<String> FROM_OUTSIDE = Set.of(ID, FIRST_CONTACT, LOSS);

    /** A suspect with its rank, from 1. */
    record Ranked(int rank, Suspect suspect) {}

    static final FindingTable<Ranked> SUSPECTS = new FindingTable<Ranked>("suspects")
            .column("rank", INTEGER, Ranked::rank)
            .column("role", TEXT, row -> row.suspect.custodian().role().name())
            .column(ID, TEXT, row -> row.suspect.custodian().id())
            .column("status", TEXT, row -> row.suspect.status().name())
            .column("score", NUMBER, row -> number(row.suspect.score(), 6))
            .column("evidence", NUMBER, row -> number(row.suspect.evidence(), 4))
            .column("exposures", LONG, row -> row.suspect.exposures())
            .column("contacts", LONG, row -> row.suspect.contacts())
            .column("attributed", NUMBER, row -> number(row.suspect.attributed(), 3))
            .column("expected", NUMBER, row -> number(row.suspect.expected(), 3))
            .column("leak_rate", NUMBER, row -> number(row.suspect.leakRate(), 6))
            .column("leak_rate_low", NUMBER, row -> number(row.suspect.leakRateLow(), 6))
            .column("leak_rate_high", NUMBER, row -> number(row.suspect.leakRateHigh(), 6))
            .column("onset", TIME, row -> time(row.suspect.onset()))
            .column("first_alerted_at", TIME, row -> time(row.suspect.firstAlertedAt()))
            .column("as_of", TIME, row -> time(row.suspect.asOf()))
            .column("shared_with", TEXT, row -> text(row.suspect.sharedWith()))
            .column("shared", NUMBER, row -> number(row.suspect.shared(), 3))
            .column("buyers", INTEGER, row -> row.suspect.buyers())
            .column("known_buyers", INTEGER, row -> row.suspect.reporters().knownBuyers())
            .column("false_to_fall", INTEGER, row -> row.suspect.reporters().falseToFall())
            .column("may_be_false", "BOOLEAN", row -> row.suspect.reporters().mayBeFalse())
            .column("kind", TEXT, row -> name(row.suspect.kind()))
            .column("copied_from", TIME, row -> time(copied(row, Suspect.Copied::from)))
            .column("copied_to", TIME, row -> time(copied(row, Suspect.Copied::to)))
            .column("in_common", INTEGER, row -> row.suspect.inCommon())
            .column("decoys", INTEGER, row -> row.suspect.reporters().decoys());

    static final FindingTable<Alert> ALERTS = new FindingTable<Alert>("alerts")
            .column("at", TIME, alert -> time(alert.at()))
            .column("role", TEXT, alert -> alert.custodian().role().name())
            .column(ID, TEXT, alert -> alert.custodian().id())
            .column("change", TEXT, alert -> alert.change().name())
            .column("score", NUMBER, alert -> number(alert.score(), 6))
            .column("evidence", NUMBER, alert -> number(alert.evidence(), 4))
            .column("buyers", INTEGER, Alert::buyers)
            .column("known_buyers", INTEGER, alert -> alert.reporters().knownBuyers())
            .column("false_to_fall", INTEGER, alert -> alert.reporters().falseToFall())
            .column("kind", TEXT, alert -> name(alert.kind()))
            .column("decoys", INTEGER, alert -> alert.reporters().decoys());

    static final FindingTable<Epoch> EPOCHS = new FindingTable<Epoch>("epochs")
            .column("start", TIME, epoch -> time(epoch.start()))
            .column("end", TIME, epoch -> time(epoch.end()))
            .column("learning", "BOOLEAN", Epoch::learning)
            .column("order_events", LONG, epoch -> epoch.counts().orderEvents())
            .column("scam_contacts", LONG, epoch -> epoch.counts().scamContacts())
            .column("late", LONG, epoch -> epoch.counts().late())
            .column("expired", LONG, epoch -> epoch.counts().expired())
            .column("duplicate", LONG, epoch -> epoch.counts().duplicate())
            .column("bad", LONG, epoch -> epoch.counts().bad())
            .column("unmatched", LONG, epoch -> epoch.unmatched().total())
            .column("incidents", LONG, Epoch::incidents)
            .column("attributed", NUMBER, epoch -> number(epoch.attributed(), 3))
            .column("shopping", NUMBER, epoch -> number(epoch.shopping(), 3))
            .column("background", NUMBER, epoch -> number(epoch.background(), 3))
            .column("background_per_buyer_day", NUMBER, epoch -> number(epoch.backgroundPerBuyerDay(), 9))
            .column("wave", NUMBER, epoch -> number(epoch.wave(), 4))
            .column("custodians", LONG, Epoch::custodians)
            .column("suspects", LONG, Epoch::suspects)
            .column("threshold", NUMBER, epoch -> number(epoch.threshold(), 4))
            .column("learning_until", TIME, epoch -> time(epoch.learningUntil()))
            .column("unmatched_no_order_known", LONG, epoch -> epoch.unmatched().noOrderKnown())
            .column("unmatched_order_later", LONG, epoch -> epoch.unmatched().orderLater())
            .column("unmatched_order_outside_window", LONG, epoch -> epoch.unmatched()
                    .orderOutsideWindow())
            .column("quoted_order_later", LONG, epoch -> epoch.unmatched().quotedOrderLater());

    /** One row per contact; its touches are rows themselves. */
    static final FindingTable<Evidence> EVIDENCE = new FindingTable<Evidence>("evidence")
            .column("contact_id", TEXT, Evidence::contactId)
            .column("buyer_id", TEXT, Evidence::buyerId)
            .column("contacted_at", TIME, evidence -> time(evidence.contactedAt()))
            .column("reported_at", TIME, evidence -> time(evidence.reportedAt()))
            .column("disclosed", TEXT + "[]", evidence -> names(evidence.disclosed()))
            .column("quoted_order_id", TEXT, Evidence::quotedOrderId)
            .column("background_share", NUMBER, evidence -> number(evidence.backgroundShare(), 6))
            .column("settled", "BOOLEAN", Evidence::settled)
            .column("as_of", TIME, evidence -> time(evidence.asOf()))
            .column(
                    "touches",
                    "STRUCT(role VARCHAR, id VARCHAR, order_id VARCHAR, touched_at TIMESTAMPTZ, lead_hours DOUBLE, "
                            + "share DOUBLE, saw VARCHAR[], mark_agrees BOOLEAN, accessed_at TIMESTAMPTZ, dialled_order BOOLEAN)[]",
                    RunSchema::touches)
            .column(
                    "source",
                    TEXT,
                    evidence ->
                            evidence.source() == null ? null : evidence.source().name())
            .column("caller", TEXT, evidence -> evidence.traces().caller())
            .column("payee", TEXT, evidence -> evidence.traces().payee())
            .column("link", TEXT, evidence -> evidence.traces().link())
            .column(LOSS, TEXT, evidence -> money(evidence.traces().loss()))
            .column("decoy", "BOOLEAN", evidence -> evidence.decoy() ? true : null);

    /** A campaign with its number, from 1. */
    record Numbered(int number, Campaign campaign) {}

    static final FindingTable<Numbered> CAMPAIGNS = new FindingTable<Numbered>("campaigns")
            .column("campaign", INTEGER, Numbered::number)
            .column(FIRST_CONTACT, TEXT, row -> row.campaign.first().contactId())
            .column("first_contacted_at", TIME, row -> time(row.campaign.first().contactedAt()))
            .column("last_contacted_at", TIME, row -> time(row.campaign.last().contactedAt()))
            .column("contacts", INTEGER, row -> row.campaign.contacts().size())
            .column("buyers", INTEGER, row -> row.campaign.buyers())
            .column("callers", INTEGER, row -> row.campaign.count(Campaign.Kind.CALLER))
            .column("payees", INTEGER, row -> row.campaign.count(Campaign.Kind.PAYEE))
            .column("links", INTEGER, row -> row.campaign.count(Campaign.Kind.LINK))
            .column(
                    "role",
                    TEXT,
                    row -> explained(row, blame -> blame.custodian().role().name()))
            .column(ID, TEXT, row -> explained(row, blame -> blame.custodian().id()))
            .column("share", NUMBER, row -> explained(row, blame -> number(blame.share(), 6)))
            .column("buyers_touched", INTEGER, row -> explained(row, Campaign.Blame::buyers))
            .column("background_share", NUMBER, row -> number(row.campaign.backgroundShare(), 6))
            .column(
                    LOSS,
                    TEXT,
                    row -> row.campaign.losses().isEmpty()
                            ? null
                            : row.campaign.losses().stream()
                                    .map(RunSchema::money)
                                    .collect(Collectors.joining("; ")));

    /** A contact of a campaign. */
    record Member(int campaign, Evidence contact) {}

    static final FindingTable<Member> CAMPAIGN_CONTACTS = new FindingTable<Member>("campaign_contacts")
            .column("campaign", INTEGER, Member::campaign)
            .column("contact_id", TEXT, row -> row.contact.contactId())
            .column("buyer_id", TEXT, row -> row.contact.buyerId());

    static final List<FindingTable<?>> ALL = List.of(SUSPECTS, ALERTS, EPOCHS, EVIDENCE, CAMPAIGNS, CAMPAIGN_CONTACTS);

    private RunSchema() {}

    private static Object touches(Evidence evidence) {
        return evidence.touches().stream()
                .map(touch -> touch(evidence.contactedAt(), touch))
                .toList();
    }

    private static Map<String, Object> touch(Instant contactedAt, Evidence.Touch touch) {
        long lead = contactedAt.toEpochMilli() - touch.touchedAt().toEpochMilli();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("role", touch.custodian().role().name());
        row.put("id", touch.custodian().id());
        row.put("order_id", touch.orderId());
        row.put("touched_at", time(touch.touchedAt()));
        row.put("lead_hours", number((double) lead / EventTime.HOUR, 3));
        row.put("share", number(touch.share(), 6));
        if (touch.saw() != null) {
            row.put("saw", names(touch.saw()));
        }
        if (touch.markAgrees() != null) {
            row.put("mark_agrees", touch.markAgrees());
        }
        if (touch.accessedAt() != null) {
            row.put("accessed_at", time(touch.accessedAt()));
        }
        if (touch.dialledOrder() != null) {
            row.put("dialled_order", touch.dialledOrder());
        }
        return row;
    }

    private static String money(Loss loss) {
        return loss == null ? null : loss.amount().toPlainString() + " " + loss.currency();
    }

    private static Object explained(Numbered row, Function<Campaign.Blame, Object> figure) {
        Campaign.Blame blame = row.campaign.explainedBy();
        return blame == null ? null : figure.apply(blame);
    }

    private static Instant copied(Ranked row, Function<Suspect.Copied, Instant> bound) {
        return row.suspect.copied() == null ? null : bound.apply(row.suspect.copied());
    }

    private static String name(LeakKind kind) {
        return kind == null ? null : kind.name();
    }

    private static List<String> names(Set<Field> fields) {
        return fields.stream().sorted().map(Enum::name).toList();
    }

    private static BigDecimal number(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
    }

    private static String time(Instant time) {
        return time == null ? null : time.toString();
    }

    private static String text(Custodian custodian) {
        return custodian == null ? null : custodian.toString();
    }
}
