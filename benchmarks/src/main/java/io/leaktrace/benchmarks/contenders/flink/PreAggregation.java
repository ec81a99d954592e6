package io.leaktrace.benchmarks.contenders.flink;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Adds up counts before they are sent across to whoever counts the custodian. What has been added up leaves before each
 * checkpoint, so there is never any of it to save.
 */
final class PreAggregation extends AbstractStreamOperator<Tuple2<String, Long>>
        implements OneInputStreamOperator<Tuple2<String, Long>, Tuple2<String, Long>> {

    private static final long serialVersionUID = 1;

    private transient Map<String, Long> sums;

    @Override
    public void open() throws Exception {
        super.open();
        sums = new HashMap<>();
    }

    @Override
    public void processElement(StreamRecord<Tuple2<String, Long>> element) {
        sums.merge(element.getValue().f0, element.getValue().f1, Long::sum);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        flush();
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    private void flush() {
        sums.forEach((custodian, sum) -> output.collect(new StreamRecord<>(Tuple2.of(custodian, sum))));
        sums.clear();
    }
}
