package io.leaktrace.tables;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.files.BadRecordException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows of a statement as order events. */
final class OrderEventRows {

    /** The column by which a statement gives order events. */
    static final String TIME = "occurred_at";

    private static final String CUSTODIANS = "custodians";

    /** Names of the columns that a role may have, in the order of the roles. */
    private static final List<String> ROLES = Arrays.stream(Role.values())
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .toList();

    static final List<String> FIELDS = Stream.concat(
                    Stream.of("event_id", "order_id", "buyer_id", "type", TIME, CUSTODIANS), ROLES.stream())
            .toList();

    private static final int MAX_CACHED = 200_000;

    private final TableColumns columns;
    private final TimeReader times;
    private final ContentId ids = new ContentId();
    private final Map<Custodian, Custodian> cache = new HashMap<>();
    private long days;

    OrderEventRows(TableColumns columns, TimeReader times) {
        this.columns = columns;
        this.times = times;
    }

    /** Whether any column names custodians. */
    boolean hasCustodians() {
        return columns.has(CUSTODIANS) || ROLES.stream().anyMatch(columns::has);
    }

    /** Number of events with a date instead of a time. */
    long days() {
        return days;
    }

    /** A row's key for messages, as in {@code order 'o1'}; empty if it has none. Never the buyer. */
    String key(ResultSet row) throws SQLException {
        String order = columns.text(row, "order_id");
        return order == null ? "" : "order '" + order + "': ";
    }

    OrderEvent read(ResultSet row) throws SQLException, BadRecordException {
        String orderId = columns.required(row, "order_id");
        String buyerId = columns.required(row, "buyer_id");
        String written = columns.text(row, "type");
        OrderEventType type = written == null ? OrderEventType.PLACED : named(written, OrderEventType.values(), "type");
        TimeReader.Span at = columns.requiredTime(row, TIME, times);
        // A cancelled order is passed on to no custodian, whatever the columns hold.
        List<Custodian> custodians = type == OrderEventType.CANCELLED ? List.of() : List.copyOf(custodians(row));
        String eventId = columns.text(row, "event_id");
        if (eventId == null) {
            Object[] content = Stream.concat(Stream.of(orderId, type, at.first().toEpochMilli()), custodians.stream())
                    .toArray();
            eventId = ids.of(content);
        }
        days += at.isDay() ? 1 : 0;
        return new OrderEvent(eventId, orderId, buyerId, type, at.first(), custodians);
    }

    /** Sorted and each once, since a query may collect them in any order. */
    private SortedSet<Custodian> custodians(ResultSet row) throws SQLException, BadRecordException {
        SortedSet<Custodian> custodians = new TreeSet<>();
        for (JsonNode element : columns.list(row, CUSTODIANS, true)) {
            custodians.add(cached(element.isObject() ? fromStruct(element) : fromText(element.asText())));
        }
        for (int role = 0; role < ROLES.size(); role++) {
            if (columns.has(ROLES.get(role))) {
                for (JsonNode id : columns.list(row, ROLES.get(role), false)) {
                    if (id.isContainerNode()) {
                        throw new BadRecordException("'" + ROLES.get(role) + "' must be an id or a list of ids");
                    }
                    custodians.add(cached(
                            new Custodian(Role.values()[role], id.asText().strip())));
                }
            }
        }
        return custodians;
    }

    private Custodian cached(Custodian custodian) {
        if (cache.size() >= MAX_CACHED) {
            return cache.getOrDefault(custodian, custodian);
        }
        Custodian known = cache.putIfAbsent(custodian, custodian);
        return known == null ? custodian : known;
    }

    private static Custodian fromStruct(JsonNode struct) throws BadRecordException {
        Map<String, String> fields = new HashMap<>();
        struct.properties()
                .forEach(field -> fields.put(
                        field.getKey().toLowerCase(Locale.ROOT),
                        field.getValue().isNull()
                                ? ""
                                : field.getValue().asText().strip()));
        String role = fields.getOrDefault("role", "");
        String id = fields.getOrDefault("id", "");
        if (role.isEmpty() || id.isEmpty()) {
            throw new BadRecordException("an element of '" + CUSTODIANS + "' needs a role and an id");
        }
        return new Custodian(named(role, Role.values(), "role"), id);
    }

    private static Custodian fromText(String text) throws BadRecordException {
        int colon = text.indexOf(':');
        if (colon < 0 || text.substring(colon + 1).isBlank()) {
            throw new BadRecordException(
                    "an element of '" + CUSTODIANS + "' is written ROLE:id, as in SELLER:s-17, not '" + text + "'");
        }
        return new Custodian(
                named(text.substring(0, colon), Role.values(), "role"),
                text.substring(colon + 1).strip());
    }

    /** The constant of a name in any case. */
    static <E extends Enum<E>> E named(String written, E[] values, String field) throws BadRecordException {
        String name = written.strip();
        for (E value : values) {
            if (value.name().equalsIgnoreCase(name)) {
                return value;
            }
        }
        throw new BadRecordException("unknown " + field + " '" + name + "', known are "
                + Arrays.stream(values).map(Enum::name).collect(Collectors.joining(", ")));
    }
}
