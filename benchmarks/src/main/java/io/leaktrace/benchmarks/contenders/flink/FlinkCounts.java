package io.leaktrace.benchmarks.contenders.flink;

import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The second half of a job of the DataStream API: sums by custodian, and on to a topic. */
final class FlinkCounts {

    static final TypeInformation<Tuple2<String, Long>> TYPE =
            TypeInformation.of(new TypeHint<Tuple2<String, Long>>() {});

    private FlinkCounts() {}

    /** Adds up counts of the same custodian in whatever order they come, and writes the sum so far. */
    static void total(DataStream<Tuple2<String, Long>> counts, KafkaSink<Tuple2<String, Long>> sink) {
        counts.keyBy(count -> count.f0)
                .reduce((sum, count) -> Tuple2.of(sum.f0, sum.f1 + count.f1))
                .sinkTo(sink);
    }
}
