package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.ReportSource;
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

    @Test
    void anIncidentIsAsReliableAsItsMostReliableReport() {
        assertEquals(0.98, reliability(ReportSource.BUYER));
        assertEquals(0.98, reliability((ReportSource) null), "an unknown source counts as the buyer");
        assertEquals(0.995, reliability(ReportSource.PLATFORM, ReportSource.BUYER));
        assertEquals(0.999, reliability(null, ReportSource.POLICE, ReportSource.PLATFORM));
    }
}
