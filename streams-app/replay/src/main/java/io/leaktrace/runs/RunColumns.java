package io.leaktrace.runs;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Suspect;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Findings as rows of a table: values by column, in column order. Times are ISO-8601 and numbers have a fixed number of
 * decimals, so that equal findings give equal text.
 */
final class RunColumns {

    private RunColumns() {}

    /** Columns of {@code suspects}, from the contract. */
    static Map<String, Object> suspect(int rank, Suspect suspect) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("rank", rank);
        row.put("role", suspect.custodian().role().name());
        row.put("id", suspect.custodian().id());
        row.put("status", suspect.status().name());
        row.put("score", number(suspect.score(), 6));
        row.put("evidence", number(suspect.evidence(), 4));
        row.put("exposures", suspect.exposures());
        row.put("contacts", suspect.contacts());
        row.put("attributed", number(suspect.attributed(), 3));
        row.put("expected", number(suspect.expected(), 3));
        row.put("leak_rate", number(suspect.leakRate(), 6));
        row.put("leak_rate_low", number(suspect.leakRateLow(), 6));
        row.put("leak_rate_high", number(suspect.leakRateHigh(), 6));
        row.put("onset", time(suspect.onset()));
        row.put("first_alerted_at", time(suspect.firstAlertedAt()));
        row.put("as_of", time(suspect.asOf()));
        row.put(
                "shared_with",
                suspect.sharedWith() == null ? null : suspect.sharedWith().toString());
        row.put("shared", number(suspect.shared(), 3));
        row.put("buyers", suspect.buyers());
        return row;
    }

    /** Columns of {@code alerts}, from the contract. */
    static Map<String, Object> alert(Alert alert) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("at", time(alert.at()));
        row.put("role", alert.custodian().role().name());
        row.put("id", alert.custodian().id());
        row.put("change", alert.change().name());
        row.put("score", number(alert.score(), 6));
        row.put("evidence", number(alert.evidence(), 4));
        row.put("buyers", alert.buyers());
        return row;
    }

    /** Columns of {@code epochs}. */
    static Map<String, Object> epoch(Epoch epoch) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("start", time(epoch.start()));
        row.put("end", time(epoch.end()));
        row.put("learning", epoch.learning());
        row.put("order_events", epoch.counts().orderEvents());
        row.put("scam_contacts", epoch.counts().scamContacts());
        row.put("late", epoch.counts().late());
        row.put("expired", epoch.counts().expired());
        row.put("duplicate", epoch.counts().duplicate());
        row.put("bad", epoch.counts().bad());
        row.put("unmatched", epoch.unmatched());
        row.put("incidents", epoch.incidents());
        row.put("attributed", number(epoch.attributed(), 3));
        row.put("shopping", number(epoch.shopping(), 3));
        row.put("background", number(epoch.background(), 3));
        row.put("background_per_buyer_day", number(epoch.backgroundPerBuyerDay(), 9));
        row.put("wave", number(epoch.wave(), 4));
        row.put("custodians", epoch.custodians());
        row.put("suspects", epoch.suspects());
        row.put("threshold", number(epoch.threshold(), 4));
        return row;
    }

    /** Columns of {@code evidence}: a contact with its touches, which are rows themselves. */
    static Map<String, Object> evidence(Evidence evidence) {
        List<Map<String, Object>> touches = new ArrayList<>();
        for (Evidence.Touch touch : evidence.touches()) {
            long lead =
                    evidence.contactedAt().toEpochMilli() - touch.touchedAt().toEpochMilli();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("role", touch.custodian().role().name());
            row.put("id", touch.custodian().id());
            row.put("order_id", touch.orderId());
            row.put("touched_at", time(touch.touchedAt()));
            row.put("lead_hours", number((double) lead / EventTime.HOUR, 3));
            row.put("share", number(touch.share(), 6));
            touches.add(row);
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("contact_id", evidence.contactId());
        row.put("buyer_id", evidence.buyerId());
        row.put("contacted_at", time(evidence.contactedAt()));
        row.put("reported_at", time(evidence.reportedAt()));
        row.put(
                "disclosed",
                evidence.disclosed().stream().sorted().map(Enum::name).toList());
        row.put("quoted_order_id", evidence.quotedOrderId());
        row.put("background_share", number(evidence.backgroundShare(), 6));
        row.put("settled", evidence.settled());
        row.put("as_of", time(evidence.asOf()));
        row.put("touches", touches);
        return row;
    }

    private static BigDecimal number(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
    }

    private static String time(Instant time) {
        return time == null ? null : time.toString();
    }
}
