package io.leaktrace.api;

import static io.leaktrace.testing.Given.day;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Evidence;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContactBuyersTest {

    private static ContactBuyers buyers(String... ids) {
        List<Evidence> sameId = Stream.of(ids)
                .map(id -> new Evidence(
                        "c1",
                        id,
                        day(id.length()),
                        day(9),
                        Set.of(),
                        null,
                        List.of(),
                        1,
                        false,
                        day(9),
                        null,
                        ContactTraces.NONE,
                        false))
                .toList();
        return new ContactBuyers("c1", sameId);
    }

    private static int status(ContactBuyers buyers, String buyer) {
        return assertThrows(Problem.class, () -> buyers.evidence(buyer)).status();
    }

    @Test
    void theShortNameThatALinkCarriesFindsItsBuyer() {
        ContactBuyers alike = buyers("buyer-1001", "buyer-1001-b", "other");
        for (String buyer : List.of("buyer-1001", "buyer-1001-b", "other")) {
            assertEquals(buyer, alike.evidence(alike.shown(buyer)).buyerId());
        }
        assertEquals(Optional.of("oth…"), alike.shownOf(evidence -> evidence.contactedAt()
                .equals(day(5))));
        assertEquals(Optional.empty(), alike.shownOf(evidence -> evidence.reportedAt()
                .equals(day(9))));
    }

    @Test
    void whereTheIdIsNotEnoughTheAnswerNamesTheBuyers() {
        ContactBuyers two = buyers("zhou", "wang");
        Problem several = assertThrows(Problem.class, () -> two.evidence(null));
        assertEquals(409, several.status());
        assertTrue(several.getMessage().contains("[wa…, zh…]"), several.getMessage());
        assertEquals("zhou", two.evidence("zh…").buyerId());
        assertEquals("zhou", buyers("zhou").evidence(null).buyerId());
        assertEquals(404, status(two, "li…"));
        assertEquals(404, status(buyers(), null));
    }

    @Test
    void aLinkFromBeforeTheOtherBuyersContactSaysWhatToAddOrLeadsThere() {
        assertEquals("zhou", buyers("zhou").evidence("zh…").buyerId());
        assertEquals(409, status(buyers("zhou", "zhao"), "zh…"));
    }
}
