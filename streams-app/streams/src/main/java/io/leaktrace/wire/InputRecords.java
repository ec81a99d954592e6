package io.leaktrace.wire;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Verdict;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads order events, scam contacts and verdicts of third-party writers, field by field and by name, and so accepts
 * more than Avro's schema resolution:
 *
 * <ul>
 *   <li>records, fields and symbols in any namespace and order, with further fields, and nullable;
 *   <li>times in milliseconds, microseconds or nanoseconds, truncated to milliseconds;
 *   <li>enums written as text;
 *   <li>an unknown channel becomes {@code OTHER}; unknown disclosed fields and an unknown source are dropped.
 * </ul>
 *
 * <p>A {@link SerializationException} names the field that cannot be read.
 */
final class InputRecords {

    private static final long MICROS = 1_000;
    private static final long NANOS = 1_000_000;

    /** Maximum number of digits of an amount of money; longer ones would take long to print. */
    private static final int MAX_DIGITS = 38;

    private InputRecords() {}

    /** Returns whether this is the schema of an order event, a scam contact or a verdict. */
    static boolean reads(Schema schema) {
        return schema.getType() == Schema.Type.RECORD
                && Set.of("OrderEvent", "ScamContact", "LeakVerdict").contains(schema.getName());
    }

    /** Returns the order event, scam contact or verdict. */
    static Object read(GenericRecord record) {
        Fields fields = new Fields("", record);
        return switch (record.getSchema().getName()) {
            case "OrderEvent" -> orderEvent(fields);
            case "ScamContact" -> scamContact(fields);
            default -> leakVerdict(fields);
        };
    }

    private static OrderEvent orderEvent(Fields fields) {
        OrderCustodians custodians = new OrderCustodians();
        for (Fields custodian : fields.records("custodians")) {
            Set<Field> saw = custodian.isNull("saw") ? null : orderFields(custodian, "saw");
            custodians.add(custodian(custodian), saw, custodian.textOrNull("mark"));
        }
        return new OrderEvent(
                fields.text("eventId"),
                fields.text("orderId"),
                fields.text("buyerId"),
                fields.symbol("type", OrderEventType.class),
                fields.time("occurredAt"),
                custodians,
                fields.flag("decoy"));
    }

    private static ScamContact scamContact(Fields fields) {
        return new ScamContact(
                fields.text("contactId"),
                fields.text("buyerId"),
                fields.time("contactedAt"),
                fields.time("reportedAt"),
                constant(fields.text("channel"), Channel.class).orElse(Channel.OTHER),
                fields.textOrNull("caller"),
                fields.textOrNull("impersonated"),
                orderFields(fields, "disclosed"),
                fields.textOrNull("quotedOrderId"),
                loss(fields.recordOrNull("loss")),
                constantOrNull(fields.textOrNull("source"), ReportSource.class),
                new ContactDetails(
                        fields.textOrNull("disclosedMark"),
                        constantOrNull(fields.textOrNull("dialled"), Dialled.class),
                        fields.textOrNull("dialledOrderId"),
                        fields.textOrNull("payee"),
                        fields.textOrNull("link")));
    }

    private static LeakVerdict leakVerdict(Fields fields) {
        return new LeakVerdict(
                custodian(fields.record("custodian")),
                fields.symbol("verdict", Verdict.class),
                fields.text("by"),
                fields.time("at"),
                fields.textOrNull("note"),
                fields.timeOrNull("expiresAt"));
    }

    private static Custodian custodian(Fields fields) {
        return new Custodian(fields.symbol("role", Role.class), fields.text("id"));
    }

    /** Unknown fields of an order are dropped: they are evidence neither for nor against any role. */
    private static Set<Field> orderFields(Fields fields, String name) {
        Set<Field> orderFields = EnumSet.noneOf(Field.class);
        for (String symbol : fields.texts(name)) {
            constant(symbol, Field.class).ifPresent(orderFields::add);
        }
        return orderFields;
    }

    /** An unknown symbol of an optional field does not make the record useless: it counts as if none were given. */
    private static <E extends Enum<E>> E constantOrNull(String symbol, Class<E> type) {
        return symbol == null ? null : constant(symbol, type).orElse(null);
    }

    private static Loss loss(Fields fields) {
        return fields == null ? null : new Loss(fields.decimal("amount"), fields.text("currency"));
    }

    private static <E extends Enum<E>> Optional<E> constant(String name, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst();
    }

    /**
     * The fields of one record.
     *
     * @param path prefix of field names in messages
     */
    private record Fields(String path, GenericRecord record) {

        String text(String name) {
            return text(name, required(name));
        }

        String textOrNull(String name) {
            Object value = value(name);
            return value == null ? null : text(name, value);
        }

        private String text(String name, Object value) {
            if (value instanceof CharSequence || value instanceof GenericEnumSymbol<?>) {
                return value.toString();
            }
            throw wrong(name, "must be text");
        }

        /** Returns whether a field is true; false without a value. */
        boolean flag(String name) {
            Object value = value(name);
            if (value == null || value instanceof Boolean) {
                return Boolean.TRUE.equals(value);
            }
            throw wrong(name, "must be a boolean");
        }

        List<String> texts(String name) {
            List<String> texts = new ArrayList<>();
            for (Object item : items(name)) {
                texts.add(text(name + "[" + texts.size() + "]", item));
            }
            return texts;
        }

        <E extends Enum<E>> E symbol(String name, Class<E> type) {
            String symbol = text(name);
            return constant(symbol, type)
                    .orElseThrow(() -> wrong(
                            name,
                            "is '" + Excerpt.of(symbol) + "', which is none of "
                                    + Arrays.toString(type.getEnumConstants())));
        }

        Instant time(String name) {
            return time(name, required(name));
        }

        Instant timeOrNull(String name) {
            Object value = value(name);
            return value == null ? null : time(name, value);
        }

        private Instant time(String name, Object value) {
            if (!(value instanceof Long time)) {
                throw wrong(name, "must be a timestamp, a long of logical type timestamp-millis");
            }
            String unit = Optional.ofNullable(schema(name, Schema.Type.LONG).getProp("logicalType"))
                    .orElse("timestamp-millis");
            return switch (unit) {
                case "timestamp-millis" -> Instant.ofEpochMilli(time);
                case "timestamp-micros" -> Instant.ofEpochMilli(Math.floorDiv(time, MICROS));
                case "timestamp-nanos" -> Instant.ofEpochMilli(Math.floorDiv(time, NANOS));
                default ->
                    throw wrong(name, "is a long of logical type " + Excerpt.of(unit) + ", which is not a timestamp");
            };
        }

        BigDecimal decimal(String name) {
            Object value = required(name);
            byte[] unscaled;
            Schema schema;
            if (value instanceof ByteBuffer bytes) {
                unscaled = new byte[bytes.remaining()];
                bytes.duplicate().get(unscaled);
                schema = schema(name, Schema.Type.BYTES);
            } else if (value instanceof GenericFixed fixed) {
                unscaled = fixed.bytes();
                schema = fixed.getSchema();
            } else {
                throw wrong(name, "must be of logical type decimal");
            }
            if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal decimal)) {
                throw wrong(name, "must be of logical type decimal");
            }
            // A number with at most MAX_DIGITS digits has fewer bytes.
            if (unscaled.length == 0 || unscaled.length > MAX_DIGITS || decimal.getScale() > MAX_DIGITS) {
                throw wrong(name, "must have 1 to " + MAX_DIGITS + " digits");
            }
            return new BigDecimal(new BigInteger(unscaled), decimal.getScale());
        }

        Fields record(String name) {
            return record(name, required(name));
        }

        Fields recordOrNull(String name) {
            Object value = value(name);
            return value == null ? null : record(name, value);
        }

        private Fields record(String name, Object value) {
            if (value instanceof GenericRecord fields) {
                return new Fields(path + name + ".", fields);
            }
            throw wrong(name, "must be a record");
        }

        List<Fields> records(String name) {
            List<Fields> records = new ArrayList<>();
            for (Object item : items(name)) {
                records.add(record(name + "[" + records.size() + "]", item));
            }
            return records;
        }

        private Collection<?> items(String name) {
            if (required(name) instanceof Collection<?> items) {
                return items;
            }
            throw wrong(name, "must be an array");
        }

        private Object required(String name) {
            Object value = value(name);
            if (value == null) {
                throw wrong(name, record.getSchema().getField(name) == null ? "is missing" : "is null");
            }
            return value;
        }

        boolean isNull(String name) {
            return value(name) == null;
        }

        /** Returns the value of a field; null if the writer's schema lacks it. */
        private Object value(String name) {
            Schema.Field field = record.getSchema().getField(name);
            return field == null ? null : record.get(field.pos());
        }

        /** Returns the schema of a field's value; of a union, its branch of the given type. */
        private Schema schema(String name, Schema.Type type) {
            Schema schema = record.getSchema().getField(name).schema();
            if (schema.getType() != Schema.Type.UNION) {
                return schema;
            }
            return schema.getTypes().stream()
                    .filter(branch -> branch.getType() == type)
                    .findFirst()
                    .orElse(schema);
        }

        private SerializationException wrong(String name, String reason) {
            return new SerializationException("'" + path + name + "' " + reason + " (record "
                    + record.getSchema().getFullName() + ")");
        }
    }
}
