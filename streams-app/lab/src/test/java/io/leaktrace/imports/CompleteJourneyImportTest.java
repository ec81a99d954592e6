package io.leaktrace.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.files.BadLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompleteJourneyImportTest {

    @TempDir
    Path dir;

    private final List<OrderEvent> events = new ArrayList<>();
    private final List<BadLine> bad = new ArrayList<>();

    @Test
    void aBasketIsAnOrderPlacedAtItsStore() throws IOException {
        CsvFiles.write(
                dir,
                "baskets.csv",
                "basket_id,household_id,store_id,transaction_timestamp,sales_value,items",
                "12,1873,361,2017-01-01 13:47:20,1.88,1",
                "11,906,319,2017-01-01 12:30:27,1.50,1",
                "13,906,319",
                ",906,319,2017-01-01 12:30:27,1.50,1",
                "14,906,319,New Year,1.50,1");
        PublicData.named("completejourney").read(dir, events::add, bad::add);
        assertEquals(List.of(placed("11", 906, 319, "17:30:27"), placed("12", 1873, 361, "18:47:20")), events);
        assertEquals(
                List.of(
                        "row 3 of the statement at line 5 of completejourney.sql: 'order_id' is missing",
                        "row 4 of the statement at line 5 of completejourney.sql: order '14': 'occurred_at' is no time"
                                + " as in 2024-07-22 09:30:00: 'New Year'; convert other forms with strptime",
                        "line 4 of baskets.csv: it has 3 fields, the header has 6"),
                bad.stream().map(BadLine::toString).toList());
    }

    @Test
    void theRealSetIsReadWithoutABadRow() throws IOException {
        PublicData.named("completejourney").read(CsvFiles.realData("completejourney"), events::add, bad::add);
        assertEquals(List.of(), bad);
        assertEquals(47_243, events.size());
    }

    @Test
    void dataSetsAreFoundByTheirName() {
        assertEquals("olist", PublicData.named("olist").name());
        assertEquals("completejourney", PublicData.named("completejourney").name());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> PublicData.named("amazon"));
        assertEquals("there is no data set 'amazon'; there are olist, completejourney", e.getMessage());
    }

    private static OrderEvent placed(String basket, int household, int store, String utc) {
        return new OrderEvent(
                basket + "-1",
                basket,
                "household-" + household,
                OrderEventType.PLACED,
                Instant.parse("2017-01-01T" + utc + "Z"),
                List.of(Custodian.parse("SELLER:store-" + store)));
    }
}
