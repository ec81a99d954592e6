package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.avro.Custodian;
import io.leaktrace.avro.OrderEvent;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** What the job needs of an order event, as a POJO in Flink's sense, which its own serializer handles. */
public final class FlinkOrder {

    public String buyer;
    public long time;
    /** As {@code ROLE:id}. */
    public String[] custodians;

    /** Reads it from a topic's bytes. */
    static final class Schema extends AvroSchema<FlinkOrder> {

        private static final long serialVersionUID = 1;

        Schema(String registryUrl) {
            super(registryUrl, FlinkOrder.class);
        }

        @Override
        FlinkOrder of(SpecificRecord record) {
            OrderEvent event = (OrderEvent) record;
            List<Custodian> named = event.getCustodians();
            FlinkOrder order = new FlinkOrder();
            order.buyer = event.getBuyerId();
            order.time = event.getOccurredAt().toEpochMilli();
            order.custodians = new String[named.size()];
            for (int i = 0; i < order.custodians.length; i++) {
                order.custodians[i] =
                        named.get(i).getRole() + ":" + named.get(i).getId();
            }
            return order;
        }
    }
}
