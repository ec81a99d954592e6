package io.leaktrace.imports;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.files.BadRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Household baskets of "The Complete Journey" (84.51°, 2017): one PLACED event per basket, with the store that sold it
 * as the seller. The data contain no other custodians.
 */
public final class CompleteJourneyImport implements PublicData {

    private static final String BASKETS = "baskets.csv";

    /** The set does not state the zone of its times; Eastern standard time, that of the retailer's home, is assumed. */
    private static final ZoneOffset LOCAL = ZoneOffset.ofHours(-5);

    @Override
    public String name() {
        return "completejourney";
    }

    @Override
    public void read(Path dir, Consumer<OrderEvent> events, BadLineListener badLines) throws IOException {
        EventsInOrder inOrder = new EventsInOrder();
        Map<String, Custodian> stores = new HashMap<>();
        Set<String> baskets = new HashSet<>();
        CsvRows.read(
                dir.resolve(BASKETS),
                List.of("basket_id", "household_id", "store_id", "transaction_timestamp"),
                row -> {
                    OrderEvent event = placed(row, stores);
                    if (!baskets.add(event.orderId())) {
                        throw new BadRecordException("basket '" + event.orderId() + "' occurs a second time");
                    }
                    inOrder.add(event);
                },
                badLines);
        inOrder.forEach(events);
    }

    private static OrderEvent placed(CsvRow row, Map<String, Custodian> stores) throws BadRecordException {
        String basket = row.text("basket_id");
        Custodian store = stores.computeIfAbsent(row.text("store_id"), id -> new Custodian(Role.SELLER, "store-" + id));
        return new OrderEvent(
                basket + "-1",
                basket,
                "household-" + row.text("household_id"),
                OrderEventType.PLACED,
                row.time("transaction_timestamp", LOCAL),
                List.of(store));
    }
}
