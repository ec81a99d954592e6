package io.leaktrace.wire;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Audit;
import io.leaktrace.domain.Channel;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Reporters;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Unmatched;
import io.leaktrace.domain.Verdict;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Converts the records of the topics between domain classes and Avro's generated classes. */
public final class AvroConversion {

    private static final int MONEY_SCALE = 2;
    private static final Role[] ROLES = Role.values();

    private AvroConversion() {}

    /** Returns the domain object of a generated class; any other object as it is. */
    static Object fromAvro(Object record) {
        if (record instanceof io.leaktrace.avro.OrderEvent event) {
            return fromAvro(event);
        }
        if (record instanceof io.leaktrace.avro.ScamContact contact) {
            return fromAvro(contact);
        }
        if (record instanceof io.leaktrace.avro.LeakVerdict verdict) {
            return fromAvro(verdict);
        }
        if (record instanceof io.leaktrace.avro.LeakSuspect suspect) {
            return fromAvro(suspect);
        }
        if (record instanceof io.leaktrace.avro.LeakAlert alert) {
            return fromAvro(alert);
        }
        if (record instanceof io.leaktrace.avro.EpochSummary epoch) {
            return fromAvro(epoch);
        }
        if (record instanceof io.leaktrace.avro.LeakEvidence evidence) {
            return fromAvro(evidence);
        }
        if (record instanceof io.leaktrace.avro.LeakAudit audit) {
            return fromAvro(audit);
        }
        if (record instanceof io.leaktrace.avro.LeakExplanation explanation) {
            return fromAvro(explanation);
        }
        return record;
    }

    public static io.leaktrace.avro.OrderEvent toAvro(OrderEvent event) {
        return new io.leaktrace.avro.OrderEvent(
                event.eventId(),
                event.orderId(),
                event.buyerId(),
                io.leaktrace.avro.OrderEventType.valueOf(event.type().name()),
                event.occurredAt(),
                event.custodians().stream()
                        .map(custodian -> toAvro(
                                custodian,
                                event.saw().get(custodian),
                                event.marks().get(custodian)))
                        .toList(),
                event.decoy() ? true : null);
    }

    public static OrderEvent fromAvro(io.leaktrace.avro.OrderEvent event) {
        OrderCustodians custodians = new OrderCustodians();
        for (io.leaktrace.avro.Custodian custodian : event.getCustodians()) {
            custodians.add(fromAvro(custodian), saw(custodian), custodian.getMark());
        }
        return new OrderEvent(
                event.getEventId(),
                event.getOrderId(),
                event.getBuyerId(),
                OrderEventType.valueOf(event.getType().name()),
                event.getOccurredAt(),
                custodians,
                Boolean.TRUE.equals(event.getDecoy()));
    }

    public static io.leaktrace.avro.ScamContact toAvro(ScamContact contact) {
        return new io.leaktrace.avro.ScamContact(
                contact.contactId(),
                contact.buyerId(),
                contact.contactedAt(),
                contact.reportedAt(),
                io.leaktrace.avro.Channel.valueOf(contact.channel().name()),
                contact.caller(),
                contact.impersonated(),
                toAvro(contact.disclosed()),
                contact.quotedOrderId(),
                toAvro(contact.loss()),
                toAvro(contact.source()),
                contact.details().disclosedMark(),
                toAvro(contact.details().dialled()),
                contact.details().dialledOrderId(),
                contact.details().payee(),
                contact.details().link());
    }

    public static ScamContact fromAvro(io.leaktrace.avro.ScamContact contact) {
        return new ScamContact(
                contact.getContactId(),
                contact.getBuyerId(),
                contact.getContactedAt(),
                contact.getReportedAt(),
                Channel.valueOf(contact.getChannel().name()),
                contact.getCaller(),
                contact.getImpersonated(),
                fromAvro(contact.getDisclosed()),
                contact.getQuotedOrderId(),
                fromAvro(contact.getLoss()),
                fromAvro(contact.getSource()),
                new ContactDetails(
                        contact.getDisclosedMark(),
                        fromAvro(contact.getDialled()),
                        contact.getDialledOrderId(),
                        contact.getPayee(),
                        contact.getLink()));
    }

    static io.leaktrace.avro.Loss toAvro(Loss loss) {
        return loss == null
                ? null
                : new io.leaktrace.avro.Loss(
                        loss.amount().setScale(MONEY_SCALE, RoundingMode.HALF_EVEN), loss.currency());
    }

    static Loss fromAvro(io.leaktrace.avro.Loss loss) {
        return loss == null ? null : new Loss(loss.getAmount(), loss.getCurrency());
    }

    public static io.leaktrace.avro.LeakVerdict toAvro(LeakVerdict verdict) {
        return new io.leaktrace.avro.LeakVerdict(
                toAvro(verdict.custodian()),
                io.leaktrace.avro.Verdict.valueOf(verdict.verdict().name()),
                verdict.by(),
                verdict.at(),
                verdict.note(),
                verdict.expiresAt());
    }

    public static LeakVerdict fromAvro(io.leaktrace.avro.LeakVerdict verdict) {
        return new LeakVerdict(
                fromAvro(verdict.getCustodian()),
                Verdict.valueOf(verdict.getVerdict().name()),
                verdict.getBy(),
                verdict.getAt(),
                verdict.getNote(),
                verdict.getExpiresAt());
    }

    public static io.leaktrace.avro.LeakSuspect toAvro(Suspect suspect) {
        return new io.leaktrace.avro.LeakSuspect(
                suspect.market(),
                toAvro(suspect.custodian()),
                io.leaktrace.avro.SuspectStatus.valueOf(suspect.status().name()),
                suspect.score(),
                suspect.evidence(),
                suspect.exposures(),
                suspect.contacts(),
                suspect.attributed(),
                suspect.expected(),
                suspect.leakRate(),
                suspect.leakRateLow(),
                suspect.leakRateHigh(),
                suspect.onset(),
                suspect.firstAlertedAt(),
                suspect.asOf(),
                suspect.sharedWith() == null ? null : toAvro(suspect.sharedWith()),
                suspect.shared(),
                suspect.buyers(),
                suspect.reporters().knownBuyers(),
                suspect.reporters().falseToFall(),
                suspect.reporters().mayBeFalse(),
                toAvro(suspect.kind()),
                suspect.copied() == null ? null : suspect.copied().from(),
                suspect.copied() == null ? null : suspect.copied().to(),
                suspect.inCommon(),
                suspect.reporters().decoys());
    }

    private static io.leaktrace.avro.LeakKind toAvro(LeakKind kind) {
        return kind == null ? null : io.leaktrace.avro.LeakKind.valueOf(kind.name());
    }

    private static LeakKind fromAvro(io.leaktrace.avro.LeakKind kind) {
        return kind == null ? null : LeakKind.valueOf(kind.name());
    }

    public static Suspect fromAvro(io.leaktrace.avro.LeakSuspect suspect) {
        return new Suspect(
                suspect.getMarket(),
                fromAvro(suspect.getCustodian()),
                Suspect.Status.valueOf(suspect.getStatus().name()),
                suspect.getScore(),
                suspect.getEvidence(),
                suspect.getExposures(),
                suspect.getContacts(),
                suspect.getAttributed(),
                suspect.getExpected(),
                suspect.getLeakRate(),
                suspect.getLeakRateLow(),
                suspect.getLeakRateHigh(),
                suspect.getOnset(),
                suspect.getFirstAlertedAt(),
                suspect.getSharedWith() == null ? null : fromAvro(suspect.getSharedWith()),
                suspect.getShared(),
                new Reporters(
                        suspect.getBuyers(),
                        suspect.getKnownBuyers(),
                        suspect.getFalseToFall(),
                        suspect.getMayBeFalse(),
                        suspect.getDecoys()),
                fromAvro(suspect.getKind()),
                suspect.getCopiedFrom() == null || suspect.getCopiedTo() == null
                        ? null
                        : new Suspect.Copied(suspect.getCopiedFrom(), suspect.getCopiedTo()),
                suspect.getInCommon(),
                suspect.getAsOf());
    }

    public static io.leaktrace.avro.LeakAlert toAvro(Alert alert) {
        return new io.leaktrace.avro.LeakAlert(
                alert.alertId(),
                alert.market(),
                toAvro(alert.custodian()),
                io.leaktrace.avro.AlertChange.valueOf(alert.change().name()),
                alert.at(),
                alert.score(),
                alert.evidence(),
                alert.threshold(),
                alert.contacts(),
                alert.attributed(),
                alert.exposures(),
                alert.buyers(),
                alert.reporters().knownBuyers(),
                alert.reporters().falseToFall(),
                toAvro(alert.kind()),
                alert.reporters().decoys());
    }

    public static Alert fromAvro(io.leaktrace.avro.LeakAlert alert) {
        return new Alert(
                alert.getAlertId(),
                alert.getMarket(),
                fromAvro(alert.getCustodian()),
                Alert.Change.valueOf(alert.getChange().name()),
                alert.getAt(),
                alert.getScore(),
                alert.getEvidence(),
                alert.getThreshold(),
                alert.getContacts(),
                alert.getAttributed(),
                alert.getExposures(),
                new Reporters(
                        alert.getBuyers(), alert.getKnownBuyers(), alert.getFalseToFall(), false, alert.getDecoys()),
                fromAvro(alert.getKind()));
    }

    public static io.leaktrace.avro.EpochSummary toAvro(Epoch epoch) {
        InputCounts counts = epoch.counts();
        Unmatched unmatched = epoch.unmatched();
        return new io.leaktrace.avro.EpochSummary(
                epoch.market(),
                epoch.start(),
                epoch.end(),
                epoch.learning(),
                counts.orderEvents(),
                counts.scamContacts(),
                counts.late(),
                counts.expired(),
                counts.duplicate(),
                counts.bad(),
                unmatched.total(),
                epoch.incidents(),
                epoch.attributed(),
                epoch.shopping(),
                epoch.background(),
                epoch.backgroundPerBuyerDay(),
                epoch.wave(),
                epoch.custodians(),
                epoch.suspects(),
                epoch.threshold(),
                unmatched.noOrderKnown(),
                unmatched.orderLater(),
                unmatched.orderOutsideWindow(),
                unmatched.quotedOrderLater(),
                epoch.learningUntil());
    }

    public static Epoch fromAvro(io.leaktrace.avro.EpochSummary epoch) {
        return new Epoch(
                epoch.getMarket(),
                epoch.getStart(),
                epoch.getEnd(),
                epoch.getLearning(),
                epoch.getLearningUntil(),
                new InputCounts(
                        epoch.getOrderEvents(),
                        epoch.getScamContacts(),
                        epoch.getLate(),
                        epoch.getExpired(),
                        epoch.getDuplicate(),
                        epoch.getBad()),
                new Unmatched(
                        epoch.getUnmatched(),
                        epoch.getUnmatchedNoOrderKnown(),
                        epoch.getUnmatchedOrderLater(),
                        epoch.getUnmatchedOrderOutsideWindow(),
                        epoch.getQuotedOrderLater()),
                epoch.getIncidents(),
                epoch.getAttributed(),
                epoch.getShopping(),
                epoch.getBackground(),
                epoch.getBackgroundPerBuyerDay(),
                epoch.getWave(),
                epoch.getCustodians(),
                epoch.getSuspects(),
                epoch.getThreshold());
    }

    public static io.leaktrace.avro.LeakEvidence toAvro(Evidence evidence) {
        List<io.leaktrace.avro.EvidenceTouch> touches = new ArrayList<>();
        for (Evidence.Touch touch : evidence.touches()) {
            touches.add(new io.leaktrace.avro.EvidenceTouch(
                    toAvro(touch.custodian(), touch.saw(), null),
                    touch.orderId(),
                    touch.touchedAt(),
                    evidence.contactedAt().toEpochMilli() - touch.touchedAt().toEpochMilli(),
                    touch.share(),
                    touch.markAgrees(),
                    touch.accessedAt(),
                    touch.dialledOrder()));
        }
        return new io.leaktrace.avro.LeakEvidence(
                evidence.contactId(),
                evidence.buyerId(),
                evidence.contactedAt(),
                evidence.reportedAt(),
                toAvro(evidence.disclosed()),
                evidence.quotedOrderId(),
                touches,
                evidence.backgroundShare(),
                evidence.settled(),
                evidence.asOf(),
                toAvro(evidence.source()),
                evidence.traces().caller(),
                evidence.traces().payee(),
                evidence.traces().link(),
                toAvro(evidence.traces().loss()),
                evidence.decoy());
    }

    public static Evidence fromAvro(io.leaktrace.avro.LeakEvidence evidence) {
        return new Evidence(
                evidence.getContactId(),
                evidence.getBuyerId(),
                evidence.getContactedAt(),
                evidence.getReportedAt(),
                fromAvro(evidence.getDisclosed()),
                evidence.getQuotedOrderId(),
                evidence.getTouches().stream()
                        .map(touch -> new Evidence.Touch(
                                fromAvro(touch.getCustodian()),
                                touch.getOrderId(),
                                touch.getTouchedAt(),
                                touch.getShare(),
                                saw(touch.getCustodian()),
                                touch.getMarkAgrees(),
                                touch.getAccessedAt(),
                                touch.getDialledOrder()))
                        .toList(),
                evidence.getBackgroundShare(),
                evidence.getSettled(),
                evidence.getAsOf(),
                fromAvro(evidence.getSource()),
                new ContactTraces(
                        evidence.getCaller(), evidence.getPayee(), evidence.getLink(), fromAvro(evidence.getLoss())),
                evidence.getDecoy());
    }

    public static io.leaktrace.avro.LeakAudit toAvro(Audit audit) {
        return new io.leaktrace.avro.LeakAudit(audit.by(), audit.at(), audit.contactId(), audit.reason());
    }

    public static Audit fromAvro(io.leaktrace.avro.LeakAudit audit) {
        return new Audit(audit.getBy(), audit.getAt(), audit.getContactId(), audit.getReason());
    }

    public static io.leaktrace.avro.LeakExplanation toAvro(Explanation explanation) {
        return new io.leaktrace.avro.LeakExplanation(
                explanation.market(),
                toAvro(explanation.custodian()),
                explanation.asOf(),
                explanation.alone(),
                explanation.given(),
                explanation.threshold(),
                explanation.negativeControl(),
                explanation.days().stream()
                        .map(day -> new io.leaktrace.avro.ExplainedDay(
                                day.day(),
                                day.touches(),
                                day.exposure(),
                                day.incidents(),
                                day.attributed(),
                                day.alone(),
                                day.given(),
                                day.leaking(),
                                day.level()))
                        .toList(),
                explanation.leadTimes().stream()
                        .map(lead -> new io.leaktrace.avro.ExplainedLeadTime(
                                lead.fromHours(), lead.toHours(), lead.incidents(), lead.attributed()))
                        .toList(),
                explanation.disclosed().stream()
                        .map(disclosure -> new io.leaktrace.avro.ExplainedField(
                                io.leaktrace.avro.DisclosedField.valueOf(
                                        disclosure.field().name()),
                                disclosure.known(),
                                disclosure.incidents(),
                                disclosure.attributed(),
                                disclosure.seen()))
                        .toList(),
                explanation.takenBy().stream()
                        .map(rival -> new io.leaktrace.avro.ExplainedAway(
                                rival.custodian() == null ? null : toAvro(rival.custodian()), rival.incidents()))
                        .toList(),
                explanation.incidents().stream().map(AvroConversion::toAvro).toList(),
                explanation.wouldRaise(),
                explanation.wouldClear());
    }

    private static io.leaktrace.avro.ExplainedIncident toAvro(Explanation.Incident incident) {
        return new io.leaktrace.avro.ExplainedIncident(
                incident.contactId(),
                incident.contactedAt(),
                incident.share(),
                incident.background(),
                incident.shares().stream()
                        .map(share -> new io.leaktrace.avro.ExplainedShare(toAvro(share.custodian()), share.share()))
                        .toList(),
                incident.decoy());
    }

    public static Explanation fromAvro(io.leaktrace.avro.LeakExplanation explanation) {
        return new Explanation(
                explanation.getMarket(),
                fromAvro(explanation.getCustodian()),
                explanation.getAsOf(),
                explanation.getAlone(),
                explanation.getGiven(),
                explanation.getThreshold(),
                explanation.getNegativeControl(),
                explanation.getDays().stream()
                        .map(day -> new Explanation.Day(
                                day.getDay(),
                                day.getTouches(),
                                day.getExposure(),
                                day.getIncidents(),
                                day.getAttributed(),
                                day.getAlone(),
                                day.getGiven(),
                                day.getLeaking(),
                                day.getLevel()))
                        .toList(),
                explanation.getLeadTimes().stream()
                        .map(lead -> new Explanation.LeadTime(
                                lead.getFromHours(), lead.getToHours(), lead.getIncidents(), lead.getAttributed()))
                        .toList(),
                explanation.getDisclosed().stream()
                        .map(disclosure -> new Explanation.Disclosure(
                                Field.valueOf(disclosure.getField().name()),
                                disclosure.getKnown(),
                                disclosure.getIncidents(),
                                disclosure.getAttributed(),
                                disclosure.getSeen()))
                        .toList(),
                explanation.getTakenBy().stream()
                        .map(rival -> new Explanation.Taken(
                                rival.getCustodian() == null ? null : fromAvro(rival.getCustodian()),
                                rival.getIncidents()))
                        .toList(),
                explanation.getIncidents().stream()
                        .map(AvroConversion::fromAvro)
                        .toList(),
                explanation.getWouldRaise(),
                explanation.getWouldClear());
    }

    private static Explanation.Incident fromAvro(io.leaktrace.avro.ExplainedIncident incident) {
        return new Explanation.Incident(
                incident.getContactId(),
                incident.getContactedAt(),
                incident.getShare(),
                incident.getBackground(),
                incident.getShares().stream()
                        .map(share -> new Explanation.Share(fromAvro(share.getCustodian()), share.getShare()))
                        .toList(),
                incident.getDecoy());
    }

    private static io.leaktrace.avro.ReportSource toAvro(ReportSource source) {
        return source == null ? null : io.leaktrace.avro.ReportSource.valueOf(source.name());
    }

    /** Returns null for null and for UNKNOWN, which stands for the sources of later versions. */
    private static ReportSource fromAvro(io.leaktrace.avro.ReportSource source) {
        return source == null || source == io.leaktrace.avro.ReportSource.UNKNOWN
                ? null
                : ReportSource.valueOf(source.name());
    }

    private static io.leaktrace.avro.Dialled toAvro(Dialled dialled) {
        return dialled == null ? null : io.leaktrace.avro.Dialled.valueOf(dialled.name());
    }

    /** Returns null for null and for UNKNOWN, which stands for the symbols of later versions. */
    private static Dialled fromAvro(io.leaktrace.avro.Dialled dialled) {
        return dialled == null || dialled == io.leaktrace.avro.Dialled.UNKNOWN ? null : Dialled.valueOf(dialled.name());
    }

    private static Set<Field> fromAvro(List<io.leaktrace.avro.DisclosedField> fields) {
        Set<Field> disclosed = EnumSet.noneOf(Field.class);
        fields.forEach(field -> disclosed.add(Field.valueOf(field.name())));
        return disclosed;
    }

    private static List<io.leaktrace.avro.DisclosedField> toAvro(Set<Field> fields) {
        // In the order of the fields, so that the same set has the same bytes.
        return fields.stream()
                .sorted()
                .map(field -> io.leaktrace.avro.DisclosedField.valueOf(field.name()))
                .toList();
    }

    private static io.leaktrace.avro.Custodian toAvro(Custodian custodian) {
        return toAvro(custodian, null, null);
    }

    /**
     * @param saw the fields that it saw of an order, or null for those that its role can know
     * @param mark null for none
     */
    private static io.leaktrace.avro.Custodian toAvro(Custodian custodian, Set<Field> saw, String mark) {
        return new io.leaktrace.avro.Custodian(
                io.leaktrace.avro.Role.valueOf(custodian.role().name()),
                custodian.id(),
                saw == null ? null : toAvro(saw),
                mark);
    }

    private static Set<Field> saw(io.leaktrace.avro.Custodian custodian) {
        return custodian.getSaw() == null ? null : fromAvro(custodian.getSaw());
    }

    private static Custodian fromAvro(io.leaktrace.avro.Custodian custodian) {
        return new Custodian(ROLES[custodian.getRole().ordinal()], custodian.getId());
    }
}
