package io.leaktrace.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Order events from the values of a mapping. Not safe for use by several threads. */
public final class OrderEventFields {

    /** The field by which a mapping gives order events. */
    public static final String TIME = "occurred_at";

    private static final String CUSTODIANS = "custodians";
    /** Field of a custodian that is a struct. */
    private static final String SAW = "saw";

    private static final String MARK = "mark";

    private static final String ORDER = "order_id";
    private static final String BUYER = "buyer_id";
    private static final String TYPE = "type";
    private static final String EVENT = "event_id";
    private static final String DECOY = "decoy";

    /** Names of the fields that a role may have, in the order of the roles. */
    private static final List<String> ROLES = Arrays.stream(Role.values())
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .toList();

    /** Names of the fields that hold any number of values. */
    public static final List<String> LISTS =
            Stream.concat(Stream.of(CUSTODIANS), ROLES.stream()).toList();

    public static final List<String> FIELDS = Stream.concat(
                    Stream.of(EVENT, ORDER, BUYER, TYPE, TIME, DECOY), LISTS.stream())
            .toList();

    /** Names of the fields that a mapping must give, besides {@link #TIME}. */
    public static final List<String> REQUIRED = List.of(ORDER, BUYER);

    private static final Set<String> YES = Set.of("true", "1", "yes", "y");
    private static final Set<String> NO = Set.of("false", "0", "no", "n");

    private static final int MAX_CACHED = 200_000;

    private final TimeReader times;
    private final ContentId ids = new ContentId();
    private final Map<Custodian, Custodian> cache = new HashMap<>();
    private long days;

    public OrderEventFields(TimeReader times) {
        this.times = times;
    }

    /**
     * Returns whether a mapping names custodians.
     *
     * @param has whether it has a field
     */
    public static boolean nameCustodians(Predicate<String> has) {
        return LISTS.stream().anyMatch(has);
    }

    /** Returns the number of events with a date instead of a time. */
    public long days() {
        return days;
    }

    /** Returns a record's key for messages, as in {@code order 'o1'}; empty if it has none. Never the buyer. */
    public <E extends Exception> String key(FieldValues<E> values) throws E {
        return key("order", ORDER, values);
    }

    static <E extends Exception> String key(String name, String field, FieldValues<E> values) throws E {
        try {
            String id = values.text(field);
            return id == null ? "" : name + " '" + id + "': ";
        } catch (BadRecordException e) {
            return "";
        }
    }

    /** Returns the order event. */
    public <E extends Exception> OrderEvent read(FieldValues<E> values) throws E, BadRecordException {
        String orderId = values.required(ORDER);
        String buyerId = values.required(BUYER);
        OrderEventType type = type(values);
        TimeReader.Span at = values.requiredTime(TIME, times);
        // A cancelled order is passed on to no custodian, whatever the values are.
        OrderCustodians named = type == OrderEventType.CANCELLED ? new OrderCustodians() : custodians(values);
        // Sorted and each once, since a query may collect them in any order.
        List<Custodian> custodians = List.copyOf(new TreeSet<>(named.custodians()));
        boolean decoy = isDecoy(values);
        String eventId = values.text(EVENT);
        if (eventId == null) {
            Object[] content = Stream.of(
                            Stream.of(orderId, type, at.first().toEpochMilli()),
                            custodians.stream().map(custodian -> withDetails(custodian, named)),
                            decoy ? Stream.of(DECOY) : Stream.empty())
                    .flatMap(part -> part)
                    .toArray();
            eventId = ids.of(content);
        }
        days += at.isDay() ? 1 : 0;
        return new OrderEvent(
                eventId, orderId, buyerId, type, at.first(), custodians, named.saw(), named.marks(), decoy);
    }

    /** Returns the text of a custodian with what it saw and its mark, for the id of an event. */
    private static String withDetails(Custodian custodian, OrderCustodians named) {
        Set<Field> saw = named.saw().get(custodian);
        String mark = named.marks().get(custodian);
        return custodian + (saw == null ? "" : " " + new TreeSet<>(saw)) + (mark == null ? "" : " mark " + mark);
    }

    /** Returns everything that is wrong with a record, not only what {@link #read} finds first. */
    public <E extends Exception> List<BadRecordException> problems(FieldValues<E> values) throws E {
        return FieldValues.<E>problems(List.of(
                () -> values.required(ORDER),
                () -> values.required(BUYER),
                () -> type(values),
                () -> values.requiredTime(TIME, times),
                () -> custodians(values),
                () -> isDecoy(values),
                () -> values.text(EVENT)));
    }

    private static <E extends Exception> OrderEventType type(FieldValues<E> values) throws E, BadRecordException {
        String written = values.text(TYPE);
        return written == null ? OrderEventType.PLACED : named(written, OrderEventType.values(), "type", TYPE);
    }

    private static <E extends Exception> boolean isDecoy(FieldValues<E> values) throws E, BadRecordException {
        String written = values.text(DECOY);
        if (written == null || NO.contains(written.toLowerCase(Locale.ROOT))) {
            return false;
        }
        if (YES.contains(written.toLowerCase(Locale.ROOT))) {
            return true;
        }
        throw new BadRecordException(DECOY, "'" + DECOY + "' must be true or false, not '" + written + "'");
    }

    private <E extends Exception> OrderCustodians custodians(FieldValues<E> values) throws E, BadRecordException {
        OrderCustodians custodians = new OrderCustodians();
        for (JsonNode element : values.list(CUSTODIANS, true)) {
            if (element.isObject()) {
                custodians.add(cached(fromStruct(element)), saw(element), mark(element));
            } else {
                custodians.add(cached(fromText(element.asText())), null);
            }
        }
        for (int role = 0; role < ROLES.size(); role++) {
            String field = ROLES.get(role);
            if (values.has(field)) {
                for (JsonNode id : values.list(field, false)) {
                    if (id.isContainerNode()) {
                        throw new BadRecordException(field, "'" + field + "' must be an id or a list of ids");
                    }
                    custodians.add(
                            cached(new Custodian(
                                    Role.values()[role], id.asText().strip())),
                            null);
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
            throw new BadRecordException(CUSTODIANS, "an element of '" + CUSTODIANS + "' needs a role and an id");
        }
        return new Custodian(named(role, Role.values(), "role", CUSTODIANS), id);
    }

    /** Returns the mark of a custodian; null if it is missing or blank. */
    private static String mark(JsonNode struct) throws BadRecordException {
        JsonNode written = member(struct, MARK);
        if (written != null && written.isContainerNode()) {
            throw new BadRecordException(CUSTODIANS, "'mark' of an element of '" + CUSTODIANS + "' must be text");
        }
        return written == null ? null : written.asText().strip();
    }

    /** Returns a member by its name in any case; null if it is missing or blank. */
    private static JsonNode member(JsonNode struct, String name) {
        JsonNode found = null;
        for (Map.Entry<String, JsonNode> member : struct.properties()) {
            found = member.getKey().equalsIgnoreCase(name) ? member.getValue() : found;
        }
        boolean isMissing = found == null
                || found.isNull()
                || found.isTextual() && found.asText().isBlank();
        return isMissing ? null : found;
    }

    /** Returns what a custodian saw: a list, or text with commas; null if it is missing or blank. */
    private static Set<Field> saw(JsonNode struct) throws BadRecordException {
        JsonNode written = member(struct, SAW);
        if (written == null) {
            return null;
        }
        if (!written.isArray() && !written.isTextual()) {
            throw new BadRecordException(CUSTODIANS, "'saw' of an element of '" + CUSTODIANS + "' must be a list");
        }
        List<String> names = new ArrayList<>();
        if (written.isArray()) {
            written.forEach(name -> names.add(name.asText()));
        } else {
            names.addAll(List.of(written.asText().split(FieldValues.SEPARATORS)));
        }
        Set<Field> fields = EnumSet.noneOf(Field.class);
        for (String name : names) {
            if (!name.isBlank()) {
                fields.add(named(name, Field.values(), "field in 'saw',", CUSTODIANS));
            }
        }
        return fields;
    }

    private static Custodian fromText(String text) throws BadRecordException {
        int colon = text.indexOf(':');
        if (colon < 0 || text.substring(colon + 1).isBlank()) {
            throw new BadRecordException(
                    CUSTODIANS,
                    "an element of '" + CUSTODIANS + "' is written ROLE:id, as in SELLER:s-17, not '" + text + "'");
        }
        return new Custodian(
                named(text.substring(0, colon), Role.values(), "role", CUSTODIANS),
                text.substring(colon + 1).strip());
    }

    /**
     * Returns the constant of a name in any case.
     *
     * @param what what it names, for messages
     * @param field where it is written
     */
    static <T extends Enum<T>> T named(String written, T[] values, String what, String field)
            throws BadRecordException {
        String name = written.strip();
        for (T value : values) {
            if (value.name().equalsIgnoreCase(name)) {
                return value;
            }
        }
        throw new BadRecordException(
                field,
                "unknown " + what + " '" + name + "', known are "
                        + Arrays.stream(values).map(Enum::name).collect(Collectors.joining(", ")));
    }
}
