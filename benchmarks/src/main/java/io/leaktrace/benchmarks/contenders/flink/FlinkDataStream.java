package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.ProcessJoinFunction;
import org.apache.flink.util.Collector;

/**
 * The job in Flink's DataStream API as its documentation shows it: an interval join of keyed streams, and keyed counts,
 * added up before they are shuffled.
 */
public final class FlinkDataStream extends FlinkJob {

    public FlinkDataStream(ContenderRun run, Map<String, String> variant)
            throws ExecutionException, InterruptedException {
        super(run, variant);
    }

    @Override
    void build(StreamExecutionEnvironment environment) {
        DataStream<FlinkOrder> orders = environment.fromSource(orders(), orderTimes(), "order-events");
        DataStream<FlinkContact> contacts = environment.fromSource(contacts(), contactTimes(), "scam-contacts");

        DataStream<Tuple2<String, Long>> exposures =
                orders.flatMap(FlinkDataStream::countOrder).returns(FlinkCounts.TYPE);
        FlinkCounts.total(preAggregated("exposures", exposures), exposuresSink());

        DataStream<Tuple2<String, Long>> followed = orders.keyBy(order -> order.buyer)
                .intervalJoin(contacts.keyBy(contact -> contact.buyer))
                .between(Duration.ZERO, Duration.ofMillis(Market.WINDOW))
                .lowerBoundExclusive()
                .process(new CountFollowed());
        FlinkCounts.total(preAggregated("followed", followed), followedSink());
    }

    /** Each partition is in the order of time. */
    static WatermarkStrategy<FlinkOrder> orderTimes() {
        return WatermarkStrategy.<FlinkOrder>forMonotonousTimestamps()
                .withTimestampAssigner((order, time) -> order.time);
    }

    /** Contacts come in the order of their reports. */
    static WatermarkStrategy<FlinkContact> contactTimes() {
        return WatermarkStrategy.<FlinkContact>forBoundedOutOfOrderness(Duration.ofMillis(Market.LONGEST_REPORT_DELAY))
                .withTimestampAssigner((contact, time) -> contact.time);
    }

    private static DataStream<Tuple2<String, Long>> preAggregated(
            String name, DataStream<Tuple2<String, Long>> counts) {
        return counts.transform("pre-aggregate-" + name, FlinkCounts.TYPE, new PreAggregation());
    }

    private static void countOrder(FlinkOrder order, Collector<Tuple2<String, Long>> out) {
        for (String custodian : order.custodians) {
            out.collect(Tuple2.of(custodian, 1L));
        }
    }

    private static final class CountFollowed
            extends ProcessJoinFunction<FlinkOrder, FlinkContact, Tuple2<String, Long>> {

        private static final long serialVersionUID = 1;

        @Override
        public void processElement(
                FlinkOrder order, FlinkContact contact, Context context, Collector<Tuple2<String, Long>> out) {
            countOrder(order, out);
        }
    }
}
