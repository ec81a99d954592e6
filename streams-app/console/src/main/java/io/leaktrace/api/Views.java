package io.leaktrace.api;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.SuspectReason;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Findings as JSON objects in the form described by {@code openapi.json}. */
final class Views {

    private Views() {}

    static Map<String, Object> suspect(Suspect suspect, int rank, double threshold, Map<String, Object> verdict) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("rank", rank);
        view.put("custodian", suspect.custodian().toString());
        view.put("role", suspect.custodian().role().name());
        view.put("id", suspect.custodian().id());
        view.put("status", suspect.status().name());
        view.put("score", suspect.score());
        view.put("evidence", suspect.evidence());
        view.put("threshold", threshold);
        view.put("exposures", suspect.exposures());
        view.put("contacts", suspect.contacts());
        view.put("attributed", suspect.attributed());
        view.put("expected", suspect.expected());
        view.put("leakRate", suspect.leakRate());
        view.put("leakRateLow", suspect.leakRateLow());
        view.put("leakRateHigh", suspect.leakRateHigh());
        view.put("onset", time(suspect.onset()));
        view.put("firstAlertedAt", time(suspect.firstAlertedAt()));
        view.put("asOf", time(suspect.asOf()));
        view.put("sharedWith", text(suspect.sharedWith()));
        view.put("shared", suspect.shared());
        view.put("buyers", suspect.buyers());
        view.put("knownBuyers", suspect.reporters().knownBuyers());
        view.put("falseToFall", suspect.reporters().falseToFall());
        view.put("mayBeFalse", suspect.reporters().mayBeFalse());
        view.put("kind", suspect.kind() == null ? null : suspect.kind().name());
        view.put(
                "copiedFrom",
                suspect.copied() == null ? null : time(suspect.copied().from()));
        view.put(
                "copiedTo",
                suspect.copied() == null ? null : time(suspect.copied().to()));
        view.put("inCommon", suspect.inCommon());
        view.put("decoys", suspect.reporters().decoys());
        view.put("verdict", verdict);
        return view;
    }

    /** Figures of a custodian at the end of an epoch. */
    static Map<String, Object> moment(Suspect suspect, double threshold) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("asOf", time(suspect.asOf()));
        view.put("status", suspect.status().name());
        view.put("score", suspect.score());
        view.put("evidence", suspect.evidence());
        view.put("threshold", threshold);
        view.put("attributed", suspect.attributed());
        view.put("expected", suspect.expected());
        return view;
    }

    /**
     * @param rivals custodians that cannot be distinguished from it, with their share of what it is blamed for
     * @param buyers short names of the buyers of incidents; null if unknown
     */
    static Map<String, Object> explanation(
            Explanation explanation,
            Map<Custodian, Double> rivals,
            List<SuspectReason> reasons,
            Function<Explanation.Incident, String> buyers) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("asOf", time(explanation.asOf()));
        view.put("alone", explanation.alone());
        view.put("given", explanation.given());
        view.put("threshold", explanation.threshold());
        view.put("negativeControl", explanation.negativeControl());
        view.put("days", explanation.days().stream().map(Views::day).toList());
        view.put(
                "leadTimes",
                explanation.leadTimes().stream()
                        .map(lead -> object(
                                "fromHours", lead.fromHours(),
                                "toHours", lead.toHours(),
                                "incidents", lead.incidents(),
                                "attributed", lead.attributed()))
                        .toList());
        view.put(
                "disclosed",
                explanation.disclosed().stream()
                        .map(field -> object(
                                "field", field.field().name(),
                                "incidents", field.incidents(),
                                "attributed", field.attributed(),
                                "known", field.known(),
                                "seen", field.seen()))
                        .toList());
        view.put(
                "takenBy",
                explanation.takenBy().stream()
                        .map(part -> object("custodian", text(part.custodian()), "incidents", part.incidents()))
                        .toList());
        view.put(
                "rivals",
                rivals.entrySet().stream()
                        .map(rival -> object("custodian", rival.getKey().toString(), "shared", rival.getValue()))
                        .toList());
        view.put(
                "incidents",
                explanation.incidents().stream()
                        .map(incident -> incident(incident, buyers.apply(incident)))
                        .toList());
        view.put("reasons", reasons.stream().map(Views::reason).toList());
        return view;
    }

    private static Map<String, Object> day(Explanation.Day day) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("day", day.day().toString().substring(0, 10));
        view.put("touches", day.touches());
        view.put("exposure", day.exposure());
        view.put("incidents", day.incidents());
        view.put("attributed", day.attributed());
        view.put("alone", day.alone());
        view.put("given", day.given());
        view.put("leaking", day.leaking());
        view.put("level", day.level());
        return view;
    }

    private static Map<String, Object> incident(Explanation.Incident incident, String buyer) {
        return object(
                "contactId", incident.contactId(),
                "buyer", buyer,
                "contactedAt", time(incident.contactedAt()),
                "share", incident.share(),
                "background", incident.background(),
                "decoy", incident.decoy(),
                "shares",
                        incident.shares().stream()
                                .map(share ->
                                        object("custodian", share.custodian().toString(), "share", share.share()))
                                .toList());
    }

    static Map<String, Object> reason(SuspectReason reason) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("code", reason.code().name());
        reason.figures()
                .forEach((name, figure) ->
                        view.put(name, figure == null || figure instanceof Number ? figure : figure.toString()));
        return view;
    }

    /** A contact in the list of evidence against a custodian. */
    static Map<String, Object> evidenceAgainst(Evidence evidence, Custodian custodian) {
        double share = 0;
        long lead = 0;
        double largest = -1;
        for (Evidence.Touch touch : evidence.touches()) {
            if (touch.custodian().equals(custodian)) {
                share += touch.share();
                if (touch.share() >= largest) {
                    largest = touch.share();
                    lead = Duration.between(touch.touchedAt(), evidence.contactedAt())
                            .toMillis();
                }
            }
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("contactId", evidence.contactId());
        view.put("buyer", Pseudonym.brief(evidence.buyerId()));
        view.put("contactedAt", time(evidence.contactedAt()));
        view.put("reportedAt", time(evidence.reportedAt()));
        view.put("disclosed", names(evidence.disclosed()));
        view.put("share", share);
        view.put("leadMillis", lead);
        view.put("backgroundShare", evidence.backgroundShare());
        view.put("settled", evidence.settled());
        view.put("asOf", time(evidence.asOf()));
        view.put("source", source(evidence));
        view.put("decoy", evidence.decoy());
        return view;
    }

    /** Returns who reported the contact, or null if that is unknown. */
    static String source(Evidence evidence) {
        return evidence.source() == null ? null : evidence.source().name();
    }

    /** Money as JSON, the amount as text; null without a loss. */
    static Map<String, Object> loss(Loss loss) {
        return loss == null ? null : object("amount", loss.amount().toPlainString(), "currency", loss.currency());
    }

    static List<String> names(Set<Field> fields) {
        return fields.stream().sorted().map(Field::name).toList();
    }

    /**
     * An alert with all its steps.
     *
     * @param steps in event-time order
     */
    static Map<String, Object> alert(List<Alert> steps) {
        Alert last = steps.get(steps.size() - 1);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("alertId", last.alertId());
        view.put("custodian", last.custodian().toString());
        view.put("state", last.change().name());
        view.put("raisedAt", at(steps, Alert.Change.RAISED));
        view.put("escalatedAt", at(steps, Alert.Change.ESCALATED));
        view.put("resolvedAt", at(steps, Alert.Change.RESOLVED));
        view.put("score", last.score());
        view.put("evidence", last.evidence());
        view.put("threshold", last.threshold());
        view.put("contacts", last.contacts());
        view.put("attributed", last.attributed());
        view.put("exposures", last.exposures());
        view.put("buyers", last.buyers());
        view.put("knownBuyers", last.reporters().knownBuyers());
        view.put("falseToFall", last.reporters().falseToFall());
        view.put("kind", last.kind() == null ? null : last.kind().name());
        view.put("decoys", last.reporters().decoys());
        view.put(
                "steps",
                steps.stream()
                        .map(step -> object(
                                "change", step.change().name(),
                                "at", time(step.at()),
                                "score", step.score(),
                                "evidence", step.evidence()))
                        .toList());
        return view;
    }

    private static String at(List<Alert> steps, Alert.Change change) {
        return steps.stream()
                .filter(step -> step.change() == change)
                .findFirst()
                .map(step -> time(step.at()))
                .orElse(null);
    }

    static Map<String, Object> epoch(Epoch epoch) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("start", time(epoch.start()));
        view.put("end", time(epoch.end()));
        view.put("learning", epoch.learning());
        view.put("orderEvents", epoch.counts().orderEvents());
        view.put("scamContacts", epoch.counts().scamContacts());
        view.put("late", epoch.counts().late());
        view.put("expired", epoch.counts().expired());
        view.put("duplicate", epoch.counts().duplicate());
        view.put("bad", epoch.counts().bad());
        view.put("unmatched", epoch.unmatched().total());
        view.put("incidents", epoch.incidents());
        view.put("attributed", epoch.attributed());
        view.put("shopping", epoch.shopping());
        view.put("background", epoch.background());
        view.put("backgroundPerBuyerDay", epoch.backgroundPerBuyerDay());
        view.put("wave", epoch.wave());
        view.put("custodians", epoch.custodians());
        view.put("suspects", epoch.suspects());
        view.put("threshold", epoch.threshold());
        view.put("learningUntil", time(epoch.learningUntil()));
        view.put("unmatchedNoOrderKnown", epoch.unmatched().noOrderKnown());
        view.put("unmatchedOrderLater", epoch.unmatched().orderLater());
        view.put("unmatchedOrderOutsideWindow", epoch.unmatched().orderOutsideWindow());
        view.put("quotedOrderLater", epoch.unmatched().quotedOrderLater());
        return view;
    }

    /**
     * @param now event time that the pipeline has reached, or null
     */
    static Map<String, Object> verdict(LeakVerdict verdict, Instant now) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("custodian", verdict.custodian().toString());
        view.put("verdict", verdict.verdict().name());
        view.put("by", verdict.by());
        view.put("at", time(verdict.at()));
        view.put("note", verdict.note());
        view.put("expiresAt", time(verdict.expiresAt()));
        view.put("inForce", LeakVerdict.isInForce(verdict, now));
        return view;
    }

    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    static String time(Instant time) {
        return time == null ? null : time.toString();
    }

    private static String text(Custodian custodian) {
        return custodian == null ? null : custodian.toString();
    }
}
