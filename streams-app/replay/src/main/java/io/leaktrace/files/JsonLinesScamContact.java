package io.leaktrace.files;

import static io.leaktrace.files.JsonLinesFields.expect;
import static io.leaktrace.files.JsonLinesFields.named;
import static io.leaktrace.files.JsonLinesFields.names;
import static io.leaktrace.files.JsonLinesFields.orderFields;
import static io.leaktrace.files.JsonLinesFields.present;
import static io.leaktrace.files.JsonLinesFields.quoted;
import static io.leaktrace.files.JsonLinesFields.text;
import static io.leaktrace.files.JsonLinesFields.textOrNull;
import static io.leaktrace.files.JsonLinesFields.time;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.Channel;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.ScamContact;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A scam contact as a JSON object. */
final class JsonLinesScamContact implements JsonLinesRecord<ScamContact> {

    private static final Map<String, Channel> CHANNELS = names(Channel.values());
    private static final Map<String, ReportSource> SOURCES = names(ReportSource.values());
    private static final Map<String, Dialled> DIALLED = names(Dialled.values());

    /** No exponents and no long numbers: an amount must fit a decimal of 38 digits. */
    private static final Pattern AMOUNT = Pattern.compile("\\d{1,28}(\\.\\d{1,10})?");

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    @Override
    public ScamContact read(JsonParser parser) throws IOException, BadRecordException {
        String contactId = null;
        String buyerId = null;
        Instant contactedAt = null;
        Instant reportedAt = null;
        Channel channel = null;
        String caller = null;
        String impersonated = null;
        Set<Field> disclosed = null;
        String quotedOrderId = null;
        Loss loss = null;
        ReportSource source = null;
        String disclosedMark = null;
        Dialled dialled = null;
        String dialledOrderId = null;
        String payee = null;
        String link = null;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "contactId" -> contactId = text(parser, field);
                case "buyerId" -> buyerId = text(parser, field);
                case "contactedAt" -> contactedAt = time(parser, field);
                case "reportedAt" -> reportedAt = time(parser, field);
                case "channel" -> channel = named(parser, CHANNELS, field);
                case "caller" -> caller = textOrNull(parser, field);
                case "impersonated" -> impersonated = textOrNull(parser, field);
                case "disclosed" -> disclosed = orderFields(parser, field);
                case "quotedOrderId" ->
                    quotedOrderId = parser.currentToken() == JsonToken.VALUE_NULL ? null : text(parser, field);
                case "loss" -> loss = loss(parser);
                case "source" -> source = namedOrNull(parser, SOURCES, field);
                case "disclosedMark" -> disclosedMark = textOrNull(parser, field);
                case "dialled" -> dialled = namedOrNull(parser, DIALLED, field);
                case "dialledOrderId" -> dialledOrderId = textOrNull(parser, field);
                case "payee" -> payee = textOrNull(parser, field);
                case "link" -> link = textOrNull(parser, field);
                default -> parser.skipChildren();
            }
        }
        return new ScamContact(
                present(contactId, "contactId"),
                present(buyerId, "buyerId"),
                present(contactedAt, "contactedAt"),
                present(reportedAt, "reportedAt"),
                present(channel, "channel"),
                caller,
                impersonated,
                present(disclosed, "disclosed"),
                quotedOrderId,
                loss,
                source,
                new ContactDetails(disclosedMark, dialled, dialledOrderId, payee, link));
    }

    @Override
    public void write(ScamContact contact, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("contactId", contact.contactId());
        generator.writeStringField("buyerId", contact.buyerId());
        generator.writeStringField("contactedAt", contact.contactedAt().toString());
        generator.writeStringField("reportedAt", contact.reportedAt().toString());
        generator.writeStringField("channel", contact.channel().name());
        generator.writeStringField("caller", contact.caller());
        generator.writeStringField("impersonated", contact.impersonated());
        JsonLinesFields.write("disclosed", contact.disclosed(), generator);
        generator.writeStringField("quotedOrderId", contact.quotedOrderId());
        if (contact.loss() == null) {
            generator.writeNullField("loss");
        } else {
            generator.writeObjectFieldStart("loss");
            generator.writeStringField("amount", contact.loss().amount().toPlainString());
            generator.writeStringField("currency", contact.loss().currency());
            generator.writeEndObject();
        }
        writeIfPresent("source", contact.source(), generator);
        ContactDetails details = contact.details();
        writeIfPresent("disclosedMark", details.disclosedMark(), generator);
        writeIfPresent("dialled", details.dialled(), generator);
        writeIfPresent("dialledOrderId", details.dialledOrderId(), generator);
        writeIfPresent("payee", details.payee(), generator);
        writeIfPresent("link", details.link(), generator);
        generator.writeEndObject();
    }

    private static <E extends Enum<E>> E namedOrNull(JsonParser parser, Map<String, E> values, String field)
            throws IOException, BadRecordException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : named(parser, values, field);
    }

    private static void writeIfPresent(String field, Object value, JsonGenerator generator) throws IOException {
        if (value != null) {
            generator.writeStringField(field, value.toString());
        }
    }

    private static Loss loss(JsonParser parser) throws IOException, BadRecordException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(parser, JsonToken.START_OBJECT, "loss", "an object or null");
        String amount = null;
        String currency = null;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "amount" -> {
                    expect(parser, JsonToken.VALUE_STRING, "loss.amount", "a decimal in quotes");
                    amount = text(parser, "loss.amount");
                }
                case "currency" -> currency = text(parser, "loss.currency");
                default -> parser.skipChildren();
            }
        }
        present(amount, "loss.amount");
        present(currency, "loss.currency");
        if (!AMOUNT.matcher(amount).matches()) {
            throw new BadRecordException("'loss.amount' must be a decimal as in \"9892.00\", not " + quoted(amount));
        }
        if (!CURRENCY.matcher(currency).matches()) {
            throw new BadRecordException(
                    "'loss.currency' must be a code of three letters as in \"CNY\", not " + quoted(currency));
        }
        return new Loss(new BigDecimal(amount), currency);
    }
}
