package io.leaktrace.topics;

import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Verdict;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.Topics;
import io.leaktrace.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TopicWriterTest {

    private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();
    private final TopicWriter writer = new TopicWriter(new Topics(""), WireFormat::local, this::make);
    private final LeakVerdict verdict = new LeakVerdict(seller("s-1"), Verdict.CONFIRMED, "mei", day(1), "", null);

    private Producer<byte[], byte[]> make() {
        made.add(new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()));
        return made.get(made.size() - 1);
    }

    @Test
    void oneProducerSendsAllVerdictsAndEndsWithTheWriter() throws InterruptedException {
        assertEquals(0, made.size(), "none is made before it is needed");
        writer.write(verdict);
        writer.write(verdict);
        assertEquals(1, made.size());
        assertEquals(2, made.get(0).history().size());
        writer.close();
        assertTrue(made.get(0).closed());
        assertThrows(StartException.class, () -> writer.write(verdict));
    }

    @Test
    void afterAFailureAnotherProducerIsMade() throws InterruptedException {
        writer.write(verdict);
        made.get(0).sendException = new TimeoutException("no leader");
        assertThrows(RuntimeException.class, () -> writer.write(verdict));
        assertTrue(made.get(0).closed());
        writer.write(verdict);
        assertEquals(1, made.get(1).history().size());
    }
}
