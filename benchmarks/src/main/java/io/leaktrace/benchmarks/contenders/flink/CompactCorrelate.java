package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.benchmarks.contenders.compact.BuyerHistory;
import io.leaktrace.benchmarks.contenders.compact.CompactReader;
import io.leaktrace.benchmarks.contenders.compact.CustodianNumbers;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.domain.EventTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Joins and counts: orders come first, contacts second, both as bytes. Exposures leave by the main output and contacts
 * that followed by {@link #FOLLOWED}, added up since the checkpoint before.
 *
 * <p>Custodians have numbers that this subtask has given them, so a savepoint of it is of use to as many subtasks as
 * there were.
 */
final class CompactCorrelate extends AbstractStreamOperator<Tuple2<String, Long>>
        implements TwoInputStreamOperator<Tuple2<Long, byte[]>, Tuple2<Long, byte[]>, Tuple2<String, Long>>,
                Triggerable<Long, VoidNamespace> {

    static final OutputTag<Tuple2<String, Long>> FOLLOWED = new OutputTag<>("followed", FlinkCounts.TYPE);

    private static final long serialVersionUID = 1;

    /** Contacts are reported within a day, and the touches they follow must still be there. */
    static final long RETENTION = Market.WINDOW + EventTime.DAY;

    private transient ValueState<byte[]> histories;
    private transient ListState<Tuple2<Integer, String>> savedCustodians;
    private transient InternalTimerService<VoidNamespace> timers;

    private transient CompactReader reader;
    private transient CustodianNumbers custodians;
    private transient long[] exposures;
    private transient long[] followed;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        savedCustodians = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>(
                        "custodians", TypeInformation.of(new TypeHint<Tuple2<Integer, String>>() {})));
        custodians = new CustodianNumbers();
        List<Tuple2<Integer, String>> saved = StreamSupport.stream(
                        savedCustodians.get().spliterator(), false)
                .sorted(Comparator.comparingInt(custodian -> custodian.f0))
                .toList();
        saved.forEach(custodian -> custodians.restore(custodian.f1));
    }

    @Override
    public void open() throws Exception {
        super.open();
        histories = getPartitionedState(
                new ValueStateDescriptor<>("histories", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        timers = getInternalTimerService("forget", VoidNamespaceSerializer.INSTANCE, this);
        reader = new CompactReader();
        exposures = new long[1024];
        followed = new long[1024];
    }

    @Override
    public void processElement1(StreamRecord<Tuple2<Long, byte[]>> order) throws Exception {
        reader.readOrder(order.getValue().f1, custodians);
        if (custodians.size() > exposures.length) {
            exposures = Arrays.copyOf(exposures, 2 * exposures.length);
            followed = Arrays.copyOf(followed, 2 * followed.length);
        }
        for (int i = 0; i < reader.custodianCount(); i++) {
            exposures[reader.custodians()[i]]++;
        }
        byte[] history = histories.value();
        histories.update(BuyerHistory.withOrder(history, reader, this::addFollowed));
        forgetLater(history);
    }

    @Override
    public void processElement2(StreamRecord<Tuple2<Long, byte[]>> contact) throws Exception {
        reader.readContact(contact.getValue().f1);
        byte[] history = histories.value();
        histories.update(BuyerHistory.withContact(history, reader.time(), this::addFollowed));
        forgetLater(history);
    }

    private void addFollowed(int custodian) {
        followed[custodian]++;
    }

    /** A buyer has one timer from its first entry on. */
    private void forgetLater(byte[] historyBefore) {
        if (historyBefore == null) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, reader.time() + RETENTION);
        }
    }

    @Override
    public void onEventTime(InternalTimer<Long, VoidNamespace> timer) throws Exception {
        byte[] rest = BuyerHistory.since(histories.value(), timer.getTimestamp() - RETENTION + 1);
        if (rest == null) {
            histories.clear();
        } else {
            histories.update(rest);
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, BuyerHistory.earliest(rest) + RETENTION);
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<Long, VoidNamespace> timer) {
        throw new IllegalStateException("no timer is set by the clock on the wall");
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        flush();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        savedCustodians.clear();
        for (int number = 0; number < custodians.size(); number++) {
            savedCustodians.add(Tuple2.of(number, custodians.name(number)));
        }
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    private void flush() {
        for (int number = 0; number < custodians.size(); number++) {
            String custodian = custodians.name(number);
            if (exposures[number] > 0) {
                output.collect(new StreamRecord<>(Tuple2.of(custodian, exposures[number])));
            }
            if (followed[number] > 0) {
                output.collect(FOLLOWED, new StreamRecord<>(Tuple2.of(custodian, followed[number])));
            }
        }
        Arrays.fill(exposures, 0);
        Arrays.fill(followed, 0);
    }
}
