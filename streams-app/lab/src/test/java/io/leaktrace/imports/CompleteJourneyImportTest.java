package io.leaktrace.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
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
                "12,906,319,2017-01-01 12:30:27,1.50,1",
                "13,906,,2017-01-01 12:30:27,1.50,1",
                "14,906,319,2017-01-01,1.50,1");
        new CompleteJourneyImport().read(dir, events::add, bad::add);
        assertEquals(List.of(placed("11", 906, 319, "17:30:27"), placed("12", 1873, 361, "18:47:20")), events);
        assertEquals(
                List.of(
                        "line 4 of baskets.csv: basket '12' occurs a second time",
                        "line 5 of baskets.csv: 'store_id' is missing",
                        "line 6 of baskets.csv: 'transaction_timestamp' is not a time as in"
                                + " 2017-10-02 10:56:33: '2017-01-01'"),
                bad.stream().map(BadLine::toString).toList());
    }

    @Test
    void theRealSetIsReadWithoutABadRow() throws IOException {
        new CompleteJourneyImport().read(CsvFiles.realData("completejourney"), events::add, bad::add);
        assertEquals(List.of(), bad);
        assertEquals(47_243, events.size());
    }

    @Test
    void dataSetsAreFoundByTheirName() {
        assertSame(OlistImport.class, PublicData.named("olist").getClass());
        assertSame(
                CompleteJourneyImport.class, PublicData.named("completejourney").getClass());
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
