package io.leaktrace.wire;

import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.testing.Seed;
import io.leaktrace.wire.OrderEventReader.Form;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class OrderEventReaderTest {

    private static final Schema SCHEMA = io.leaktrace.avro.OrderEvent.getClassSchema();

    private final LocalSchemaRegistry registry = new LocalSchemaRegistry();
    private final WireSerializer serializer = new WireSerializer(registry);
    private final WireDeserializer avro = new WireDeserializer(registry);
    private final OrderEventReader reader = new OrderEventReader();

    private byte[] bytes(OrderEvent event) {
        return serializer.serialize("order-events", AvroConversion.toAvro(event));
    }

    private OrderEvent read(byte[] bytes) {
        return reader.read(bytes, WireSerializer.HEADER_BYTES, Form.CURRENT);
    }

    @Test
    void anOrderEventIsReadAsAvroReadsIt() {
        OrderEvent event =
                anOrder("订单-1").by("周").from(seller("s-1"), node("hub")).at(day(3));
        assertEquals(event, read(bytes(event)));
        assertEquals(anOrder("o2").at(day(4)), read(bytes(anOrder("o2").at(day(4)))));
        OrderEvent ofDecoy = anOrder("o3").from(seller("s-1")).ofDecoy().at(day(4));
        assertEquals(ofDecoy, read(bytes(ofDecoy)));
        assertTrue(read(bytes(ofDecoy)).decoy());
    }

    @Test
    void whatACustodianSawAndItsMarkAreRead() {
        OrderEvent event = anOrder("o1")
                .from(seller("s-1"))
                .seenBy(node("hub"), Field.NAME, Field.BANK_CARD)
                .seenBy(node("masked"))
                .from(seller("s-2"))
                .marked(seller("s-3"), "J.")
                .at(day(3));
        assertEquals(Set.of(Field.NAME, Field.BANK_CARD), event.saw().get(node("hub")));
        assertEquals(Set.of(), event.saw().get(node("masked")));
        assertEquals(Map.of(seller("s-3"), "J."), event.marks());
        assertEquals(event, read(bytes(event)));
    }

    /** Producers keep the schema of an earlier version for years. */
    @Test
    void theSchemaOfVersion01IsRead() throws IOException {
        Schema old = Schemas.released("0.1.0", "OrderEvent");
        OrderEvent event = anOrder("o1").from(seller("s-1"), node("hub")).at(day(3));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new SpecificDatumWriter<io.leaktrace.avro.OrderEvent>(old).write(AvroConversion.toAvro(event), encoder);
        assertEquals(Form.VERSION_0_1, OrderEventReader.form(old));
        assertEquals(event, reader.read(bytes.toByteArray(), 0, Form.VERSION_0_1));
    }

    @Test
    void aCustodianIsMadeOnce() {
        OrderEvent one = read(bytes(anOrder("o1").from(seller("s-1")).at(day(3))));
        OrderEvent other = read(bytes(anOrder("o2").from(seller("s-1")).at(day(4))));
        assertSame(one.custodians().get(0), other.custodians().get(0));
    }

    @Test
    void custodiansThatShareASlotAreToldApart() {
        for (int i = 0; i < 100_000; i++) {
            OrderEvent event = anOrder("o").from(seller("s-" + i)).at(day(3));
            assertEquals(event, read(bytes(event)));
        }
    }

    /** Whatever is done to the bytes: either Avro reads the same, or it is left to Avro. */
    @Test
    void nothingIsReadThatAvroReadsOtherwise() {
        long seed = Seed.of("OrderEventReaderTest.nothingIsReadThatAvroReadsOtherwise");
        Random random = new Random(seed);
        byte[] good = bytes(anOrder("o1")
                .from(seller("s-1"))
                .seenBy(node("hub"), Field.NAME)
                .marked(node("station"), "J.")
                .ofDecoy()
                .at(day(3)));
        int same = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = Arrays.copyOf(good, good.length + (random.nextInt(4) == 0 ? random.nextInt(9) - 4 : 0));
            for (int change = random.nextInt(4); change > 0; change--) {
                int at = WireSerializer.HEADER_BYTES + random.nextInt(bytes.length - WireSerializer.HEADER_BYTES);
                bytes[at] = (byte) random.nextInt(256);
            }
            OrderEvent read = read(bytes);
            if (read != null) {
                assertEquals(AvroConversion.fromAvro((io.leaktrace.avro.OrderEvent) avro.deserialize("", bytes)), read);
                same++;
            } else {
                requireRefusedOrOdd(bytes);
            }
        }
        assertTrue(same > 5_000, "only " + same + " could be read");
    }

    /** Avro may read an array of several blocks, which no writer of ours makes. */
    private void requireRefusedOrOdd(byte[] bytes) {
        try {
            OrderEvent read = AvroConversion.fromAvro((io.leaktrace.avro.OrderEvent) avro.deserialize("", bytes));
            assertFalse(Arrays.equals(bytes(read), bytes), "the usual form was left to Avro: " + read);
        } catch (SerializationException | IllegalArgumentException refused) {
            assertTrue(refused.getMessage() != null);
        }
    }

    /** Before there were limits, Avro made room for them first, and the process ended for want of memory. */
    @Test
    void aRecordThatSaysItHasTwoThousandMillionCustodiansIsRefused() {
        byte[] good = bytes(anOrder("o1").at(day(3)));
        byte[] bytes = Arrays.copyOf(good, good.length + 4);
        // In the place of the empty array's end, before the flag: 2^31 - 9 items, as a zigzag varint.
        byte[] count = {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
        System.arraycopy(count, 0, bytes, good.length - 2, count.length);
        assertNull(read(bytes));
        assertThrows(SerializationException.class, () -> avro.deserialize("order-events", bytes));
    }

    @Test
    void anotherSchemaIsLeftToAvro() {
        assertEquals(Form.CURRENT, OrderEventReader.form(new Schema.Parser().parse(SCHEMA.toString())));
        Schema micros = new Schema.Parser().parse(SCHEMA.toString().replace("timestamp-millis", "timestamp-micros"));
        assertEquals(
                LogicalTypes.timestampMicros(),
                micros.getField("occurredAt").schema().getLogicalType());
        assertNull(OrderEventReader.form(micros));
        Schema more =
                new Schema.Parser().parse(SCHEMA.toString().replace("\"DELIVERED\",", "\"DELIVERED\",\"RETURNED\","));
        assertNull(OrderEventReader.form(more));
    }
}
