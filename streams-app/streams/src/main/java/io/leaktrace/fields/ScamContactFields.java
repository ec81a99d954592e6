package io.leaktrace.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.Channel;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.privacy.Pseudonyms;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Scam contacts from the values of a mapping. Not safe for use by several threads. */
public final class ScamContactFields {

    /** The field by which a mapping gives contacts. */
    public static final String TIME = "contacted_at";

    private static final String BUYER = "buyer_id";
    private static final String CONTACT = "contact_id";
    private static final String REPORTED = "reported_at";
    private static final String CHANNEL = "channel";
    private static final String DISCLOSED = "disclosed";
    private static final String SOURCE = "source";
    private static final String DISCLOSED_MARK = "disclosed_mark";
    private static final String DIALLED = "dialled";

    public static final List<String> FIELDS = List.of(
            CONTACT,
            BUYER,
            TIME,
            REPORTED,
            CHANNEL,
            "caller",
            "impersonated",
            DISCLOSED,
            "quoted_order_id",
            "loss",
            "loss_amount",
            "loss_currency",
            SOURCE,
            DISCLOSED_MARK,
            DIALLED,
            "dialled_order_id",
            "payee",
            "link");

    /** Names of the fields that hold any number of values. */
    public static final List<String> LISTS = List.of(DISCLOSED);

    /** Names of the fields that a mapping must give, besides {@link #TIME}. */
    public static final List<String> REQUIRED = List.of(BUYER);

    private static final Pattern AMOUNT = Pattern.compile("\\d{1,28}(\\.\\d{1,10})?");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    private final TimeReader times;
    private final Pseudonyms pseudonyms;
    private final ContentId ids = new ContentId();
    private long days;

    public ScamContactFields(TimeReader times, Pseudonyms pseudonyms) {
        this.times = times;
        this.pseudonyms = pseudonyms;
    }

    /** Returns the number of contacts with a date instead of a time. */
    public long days() {
        return days;
    }

    /** Returns a record's key for messages; empty if it has none. Never the buyer. */
    public <E extends Exception> String key(FieldValues<E> values) throws E {
        return OrderEventFields.key("contact", CONTACT, values);
    }

    /** Returns the contact, with pseudonyms in place of its buyer and caller. */
    public <E extends Exception> ScamContact read(FieldValues<E> values) throws E, BadRecordException {
        String buyerId = values.required(BUYER);
        TimeReader.Span contacted = values.requiredTime(TIME, times);
        TimeReader.Span reported = values.time(REPORTED, times);
        Instant reportedAt = reported == null ? contacted.last() : reported.last();
        String contactId = values.text(CONTACT);
        ScamContact contact = pseudonyms.of(new ScamContact(
                contactId == null ? "" : contactId,
                buyerId,
                contactedAt(contacted, reportedAt),
                reportedAt,
                channel(values),
                values.text("caller"),
                values.text("impersonated"),
                disclosed(values),
                values.text("quoted_order_id"),
                loss(values),
                source(values),
                new ContactDetails(
                        values.text(DISCLOSED_MARK),
                        dialled(values),
                        values.text("dialled_order_id"),
                        values.text("payee"),
                        values.text("link"))));
        days += contacted.isDay() ? 1 : 0;
        return contactId == null ? withId(contact) : contact;
    }

    /** Returns everything that is wrong with a record, not only what {@link #read} finds first. */
    public <E extends Exception> List<BadRecordException> problems(FieldValues<E> values) throws E {
        return FieldValues.<E>problems(List.of(
                () -> values.required(BUYER),
                () -> values.requiredTime(TIME, times),
                () -> values.time(REPORTED, times),
                () -> values.text(CONTACT),
                () -> channel(values),
                () -> values.text("caller"),
                () -> values.text("impersonated"),
                () -> disclosed(values),
                () -> values.text("quoted_order_id"),
                () -> loss(values),
                () -> source(values),
                () -> values.text(DISCLOSED_MARK),
                () -> dialled(values),
                () -> values.text("dialled_order_id"),
                () -> values.text("payee"),
                () -> values.text("link")));
    }

    /** Of a contact with a date only, the end of the day, or the time of the report if that is on the same day. */
    private static Instant contactedAt(TimeReader.Span contacted, Instant reportedAt) {
        boolean sameDay = !reportedAt.isBefore(contacted.first()) && reportedAt.isBefore(contacted.last());
        return sameDay ? reportedAt : contacted.last();
    }

    /** The contact with an id from its content. It contains pseudonyms already, so that nobody can guess a buyer from it. */
    private ScamContact withId(ScamContact contact) {
        String id = ids.of(
                contact.buyerId(),
                contact.contactedAt().toEpochMilli(),
                contact.reportedAt().toEpochMilli(),
                contact.channel(),
                contact.caller(),
                contact.impersonated(),
                contact.disclosed().isEmpty() ? "" : EnumSet.copyOf(contact.disclosed()),
                contact.quotedOrderId(),
                contact.loss() == null ? null : contact.loss().amount().toPlainString(),
                contact.loss() == null ? null : contact.loss().currency(),
                contact.source());
        return contact.withId(withDetails(id, contact.details()));
    }

    /** Without details, the id is the one that it was before there were any. */
    private String withDetails(String id, ContactDetails details) {
        if (details.equals(ContactDetails.NONE)) {
            return id;
        }
        return ids.of(
                id,
                details.disclosedMark(),
                details.dialled(),
                details.dialledOrderId(),
                details.payee(),
                details.link());
    }

    private static <E extends Exception> Channel channel(FieldValues<E> values) throws E, BadRecordException {
        String channel = values.text(CHANNEL);
        return channel == null ? Channel.CALL : OrderEventFields.named(channel, Channel.values(), "channel", CHANNEL);
    }

    private static <E extends Exception> ReportSource source(FieldValues<E> values) throws E, BadRecordException {
        String source = values.text(SOURCE);
        return source == null ? null : OrderEventFields.named(source, ReportSource.values(), "source", SOURCE);
    }

    private static <E extends Exception> Dialled dialled(FieldValues<E> values) throws E, BadRecordException {
        String dialled = values.text(DIALLED);
        return dialled == null ? null : OrderEventFields.named(dialled, Dialled.values(), "dialled number", DIALLED);
    }

    private static <E extends Exception> Set<Field> disclosed(FieldValues<E> values) throws E, BadRecordException {
        Set<Field> disclosed = EnumSet.noneOf(Field.class);
        for (JsonNode field : values.list(DISCLOSED, true)) {
            disclosed.add(OrderEventFields.named(field.asText(), Field.values(), "field in 'disclosed',", DISCLOSED));
        }
        return disclosed;
    }

    private static <E extends Exception> Loss loss(FieldValues<E> values) throws E, BadRecordException {
        JsonNode struct = values.struct("loss");
        String amount = struct == null ? values.text("loss_amount") : textOf(struct, "amount");
        String currency = struct == null ? values.text("loss_currency") : textOf(struct, "currency");
        if (amount == null) {
            return null;
        }
        if (!AMOUNT.matcher(amount).matches()) {
            throw new BadRecordException(
                    struct == null ? "loss_amount" : "loss",
                    "'loss_amount' must be a decimal as in 9892.00, not '" + amount + "'");
        }
        if (currency == null
                || !CURRENCY.matcher(currency.toUpperCase(Locale.ROOT)).matches()) {
            throw new BadRecordException(
                    struct == null ? "loss_currency" : "loss",
                    "'loss_currency' must be a code of three letters as in CNY, not "
                            + (currency == null ? "null" : "'" + currency + "'"));
        }
        return new Loss(new BigDecimal(amount), currency.toUpperCase(Locale.ROOT));
    }

    private static String textOf(JsonNode struct, String field) {
        JsonNode value = struct.path(field);
        return value.isMissingNode() || value.isNull() || value.asText().isBlank()
                ? null
                : value.asText().strip();
    }
}
