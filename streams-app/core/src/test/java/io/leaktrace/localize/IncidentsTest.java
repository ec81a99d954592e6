package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.TouchColumns;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncidentsTest {

    private static double reliability(ReportSource... sources) {
        Ledger ledger = new Ledger();
        for (int i = 0; i < sources.length; i++) {
            ledger.add(new ContactEvidence(
                    "c" + i,
                    "zhou",
                    i,
                    i,
                    0,
                    null,
                    sources[i],
                    false,
                    0,
                    List.of(0, 0, 0, 0, 0),
                    List.of(),
                    List.of()));
        }
        List<Incidents.Incident> incidents = Incidents.group(ledger, 10, ModelSettings.defaults());
        assertEquals(1, incidents.size(), Arrays.toString(sources));
        return incidents.get(0).reliability;
    }

    /** The fields that callers knew of an incident with these contacts, each with the fields of its report. */
    private static Incidents.Incident dialled(Dialled one, Dialled other, String order, int disclosed) {
        Ledger ledger = new Ledger();
        ledger.add(contact("c1", 1, disclosed, one, null));
        ledger.add(contact("c2", 2, disclosed, other, order));
        return Incidents.group(ledger, 10, ModelSettings.defaults()).get(0);
    }

    private static ContactEvidence contact(String id, long at, int disclosed, Dialled dialled, String order) {
        return new ContactEvidence(
                id,
                "zhou",
                at * EventTime.HOUR,
                at,
                disclosed,
                null,
                null,
                false,
                1,
                List.of(0, 0, 0, 0, 0),
                TouchColumns.of(List.of()),
                PastColumns.of(List.of()),
                0,
                dialled,
                order,
                ContactTraces.NONE,
                false);
    }

    @Test
    void whoDialledTheRealNumberKnewIt() {
        int phone = 1 << Field.PHONE.ordinal();
        int name = 1 << Field.NAME.ordinal();
        assertEquals(name, dialled(null, null, null, name).disclosed);
        assertEquals(name | phone, dialled(null, Dialled.REAL, null, name).disclosed);
        assertEquals(name, dialled(null, Dialled.REAL, null, name).stated);
        assertEquals(name, dialled(Dialled.VIRTUAL, Dialled.VIRTUAL, "o1", name | phone).disclosed);
        assertEquals(name | phone, dialled(Dialled.VIRTUAL, Dialled.REAL, null, name | phone).disclosed);
        assertEquals("o1", dialled(Dialled.REAL, Dialled.VIRTUAL, "o1", name).dialledOrderId);
    }

    @Test
    void anIncidentIsAsReliableAsItsMostReliableReport() {
        assertEquals(0.98, reliability(ReportSource.BUYER));
        assertEquals(0.98, reliability((ReportSource) null), "an unknown source counts as the buyer");
        assertEquals(0.995, reliability(ReportSource.PLATFORM, ReportSource.BUYER));
        assertEquals(0.999, reliability(null, ReportSource.POLICE, ReportSource.PLATFORM));
    }
}
