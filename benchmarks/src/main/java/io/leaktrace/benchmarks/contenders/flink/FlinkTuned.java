package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.benchmarks.contenders.compact.CompactReader;
import io.leaktrace.benchmarks.process.ContenderRun;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The job in Flink tuned by hand: records are shuffled as the bytes they came in, with a hash of the buyer before them;
 * one operator joins and counts, on state that is a byte array a buyer, in Leaktrace's manner.
 */
public final class FlinkTuned extends FlinkJob {

    private static final TypeInformation<Tuple2<Long, byte[]>> KEYED =
            TypeInformation.of(new TypeHint<Tuple2<Long, byte[]>>() {});

    public FlinkTuned(ContenderRun run) throws ExecutionException, InterruptedException {
        super(run, Map.of("pipeline.object-reuse", "true"));
    }

    @Override
    void build(StreamExecutionEnvironment environment) {
        // Kafka's own timestamps are the times of the events and of the reports.
        WatermarkStrategy<Tuple2<Long, byte[]>> times = WatermarkStrategy.forMonotonousTimestamps();
        DataStream<Tuple2<Long, byte[]>> orders = environment.fromSource(
                source(settings().topics().orderEvents(), new BuyerAndBytes(true)), times, "order-events");
        DataStream<Tuple2<Long, byte[]>> contacts = environment.fromSource(
                source(settings().topics().scamContacts(), new BuyerAndBytes(false)), times, "scam-contacts");
        SingleOutputStreamOperator<Tuple2<String, Long>> exposures = orders.connect(contacts)
                .keyBy(order -> order.f0, contact -> contact.f0, Types.LONG)
                .transform("correlate", FlinkCounts.TYPE, new CompactCorrelate());
        FlinkCounts.total(exposures, exposuresSink());
        FlinkCounts.total(exposures.getSideOutput(CompactCorrelate.FOLLOWED), followedSink());
    }

    @Override
    long retention() {
        return CompactCorrelate.RETENTION;
    }

    /** The bytes as they came, after a hash of their buyer. */
    private static final class BuyerAndBytes implements KafkaRecordDeserializationSchema<Tuple2<Long, byte[]>> {

        private static final long serialVersionUID = 1;

        private final boolean orders;
        private transient CompactReader reader;

        BuyerAndBytes(boolean orders) {
            this.orders = orders;
        }

        @Override
        public void open(DeserializationSchema.InitializationContext context) {
            reader = new CompactReader();
        }

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Tuple2<Long, byte[]>> out) {
            byte[] value = record.value();
            out.collect(Tuple2.of(orders ? reader.buyerOfOrder(value) : reader.buyerOfContact(value), value));
        }

        @Override
        public TypeInformation<Tuple2<Long, byte[]>> getProducedType() {
            return KEYED;
        }
    }
}
