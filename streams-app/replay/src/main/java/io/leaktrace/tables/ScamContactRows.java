package io.leaktrace.tables;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.files.BadRecordException;
import io.leaktrace.privacy.Pseudonyms;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Rows of a statement as scam contacts. */
final class ScamContactRows {

    /** The column by which a statement gives contacts. */
    static final String TIME = "contacted_at";

    static final List<String> FIELDS = List.of(
            "contact_id",
            "buyer_id",
            TIME,
            "reported_at",
            "channel",
            "caller",
            "impersonated",
            "disclosed",
            "quoted_order_id",
            "loss",
            "loss_amount",
            "loss_currency",
            "source");

    private static final Pattern AMOUNT = Pattern.compile("\\d{1,28}(\\.\\d{1,10})?");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    private final TableColumns columns;
    private final TimeReader times;
    private final Pseudonyms pseudonyms;
    private final ContentId ids = new ContentId();
    private long days;

    ScamContactRows(TableColumns columns, TimeReader times, Pseudonyms pseudonyms) {
        this.columns = columns;
        this.times = times;
        this.pseudonyms = pseudonyms;
    }

    /** Number of contacts with a date instead of a time. */
    long days() {
        return days;
    }

    /** A row's key for messages; empty if it has none. Never the buyer. */
    String key(ResultSet row) throws SQLException {
        String contact = columns.text(row, "contact_id");
        return contact == null ? "" : "contact '" + contact + "': ";
    }

    /** The contact, with pseudonyms in place of its buyer and caller. */
    ScamContact read(ResultSet row) throws SQLException, BadRecordException {
        String buyerId = columns.required(row, "buyer_id");
        TimeReader.Span contacted = columns.requiredTime(row, TIME, times);
        TimeReader.Span reported = columns.time(row, "reported_at", times);
        Instant reportedAt = reported == null ? contacted.last() : reported.last();
        String channel = columns.text(row, "channel");
        String source = columns.text(row, "source");
        String contactId = columns.text(row, "contact_id");
        ScamContact contact = pseudonyms.of(new ScamContact(
                contactId == null ? "" : contactId,
                buyerId,
                contactedAt(contacted, reportedAt),
                reportedAt,
                channel == null ? Channel.CALL : OrderEventRows.named(channel, Channel.values(), "channel"),
                columns.text(row, "caller"),
                columns.text(row, "impersonated"),
                disclosed(row),
                columns.text(row, "quoted_order_id"),
                loss(row),
                source == null ? null : OrderEventRows.named(source, ReportSource.values(), "source")));
        days += contacted.isDay() ? 1 : 0;
        return contactId == null ? withId(contact) : contact;
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
        return contact.withId(id);
    }

    private Set<Field> disclosed(ResultSet row) throws SQLException, BadRecordException {
        Set<Field> disclosed = EnumSet.noneOf(Field.class);
        for (JsonNode field : columns.list(row, "disclosed", true)) {
            disclosed.add(OrderEventRows.named(field.asText(), Field.values(), "field in 'disclosed',"));
        }
        return disclosed;
    }

    private Loss loss(ResultSet row) throws SQLException, BadRecordException {
        JsonNode struct = columns.struct(row, "loss");
        String amount = struct == null ? columns.text(row, "loss_amount") : textOf(struct, "amount");
        String currency = struct == null ? columns.text(row, "loss_currency") : textOf(struct, "currency");
        if (amount == null) {
            return null;
        }
        if (!AMOUNT.matcher(amount).matches()) {
            throw new BadRecordException("'loss_amount' must be a decimal as in 9892.00, not '" + amount + "'");
        }
        if (currency == null
                || !CURRENCY.matcher(currency.toUpperCase(Locale.ROOT)).matches()) {
            throw new BadRecordException("'loss_currency' must be a code of three letters as in CNY, not "
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
