package io.leaktrace.files;

import static io.leaktrace.files.JsonLinesFields.expect;
import static io.leaktrace.files.JsonLinesFields.flag;
import static io.leaktrace.files.JsonLinesFields.named;
import static io.leaktrace.files.JsonLinesFields.names;
import static io.leaktrace.files.JsonLinesFields.orderFields;
import static io.leaktrace.files.JsonLinesFields.present;
import static io.leaktrace.files.JsonLinesFields.text;
import static io.leaktrace.files.JsonLinesFields.textOrNull;
import static io.leaktrace.files.JsonLinesFields.time;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An order event as a JSON object. Safe for use by several threads; it caches custodians. */
final class JsonLinesOrderEvent implements JsonLinesRecord<OrderEvent> {

    private static final Map<String, OrderEventType> TYPES = names(OrderEventType.values());
    private static final Map<String, Role> ROLES = names(Role.values());

    /** Maximum number of cached custodians of a role. The cache keeps a history small, in which custodians recur. */
    private static final int MAX_CACHED = 200_000;

    private final Map<Role, Map<String, Custodian>> custodians = new EnumMap<>(Role.class);

    JsonLinesOrderEvent() {
        for (Role role : Role.values()) {
            custodians.put(role, new ConcurrentHashMap<>());
        }
    }

    @Override
    public OrderEvent read(JsonParser parser) throws IOException, BadRecordException {
        String eventId = null;
        String orderId = null;
        String buyerId = null;
        OrderEventType type = null;
        Instant occurredAt = null;
        OrderCustodians gained = null;
        boolean decoy = false;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "eventId" -> eventId = text(parser, field);
                case "orderId" -> orderId = text(parser, field);
                case "buyerId" -> buyerId = text(parser, field);
                case "type" -> type = named(parser, TYPES, field);
                case "occurredAt" -> occurredAt = time(parser, field);
                case "custodians" -> gained = custodians(parser);
                case "decoy" -> decoy = flag(parser, field);
                default -> parser.skipChildren();
            }
        }
        return new OrderEvent(
                present(eventId, "eventId"),
                present(orderId, "orderId"),
                present(buyerId, "buyerId"),
                present(type, "type"),
                present(occurredAt, "occurredAt"),
                present(gained, "custodians"),
                decoy);
    }

    @Override
    public void write(OrderEvent event, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("eventId", event.eventId());
        generator.writeStringField("orderId", event.orderId());
        generator.writeStringField("buyerId", event.buyerId());
        generator.writeStringField("type", event.type().name());
        generator.writeStringField("occurredAt", event.occurredAt().toString());
        generator.writeArrayFieldStart("custodians");
        for (Custodian custodian : event.custodians()) {
            generator.writeStartObject();
            generator.writeStringField("role", custodian.role().name());
            generator.writeStringField("id", custodian.id());
            if (event.saw().containsKey(custodian)) {
                JsonLinesFields.write("saw", event.saw().get(custodian), generator);
            }
            if (event.marks().containsKey(custodian)) {
                generator.writeStringField("mark", event.marks().get(custodian));
            }
            generator.writeEndObject();
        }
        generator.writeEndArray();
        if (event.decoy()) {
            generator.writeBooleanField("decoy", true);
        }
        generator.writeEndObject();
    }

    private OrderCustodians custodians(JsonParser parser) throws IOException, BadRecordException {
        expect(parser, JsonToken.START_ARRAY, "custodians", "an array");
        OrderCustodians read = new OrderCustodians();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser, JsonToken.START_OBJECT, "custodians", "an array of objects");
            readCustodian(parser, read);
        }
        return read;
    }

    private void readCustodian(JsonParser parser, OrderCustodians read) throws IOException, BadRecordException {
        Role role = null;
        String id = null;
        Set<Field> saw = null;
        String mark = null;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "role" -> role = named(parser, ROLES, field);
                case "id" -> id = text(parser, field);
                case "saw" -> saw = parser.currentToken() == JsonToken.VALUE_NULL ? null : orderFields(parser, field);
                case "mark" -> mark = textOrNull(parser, field);
                default -> parser.skipChildren();
            }
        }
        read.add(cached(present(role, "role"), present(id, "id")), saw, mark);
    }

    private Custodian cached(Role role, String id) {
        Map<String, Custodian> ofRole = custodians.get(role);
        Custodian known = ofRole.get(id);
        if (known == null) {
            known = new Custodian(role, id);
            if (ofRole.size() < MAX_CACHED) {
                ofRole.put(id, known);
            }
        }
        return known;
    }
}
