package io.leaktrace.check;

import io.leaktrace.check.CheckReport.Leak;
import io.leaktrace.check.CheckReport.Power;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A simulated market with several troubles: contacts 8 hours late, four days of orders missing, no payment channel, and
 * rows that are no records.
 */
public final class PoorData {

    private PoorData() {}

    /**
     * Writes the report of its check to {@code check.json} in this folder, which is created.
     *
     * @param withPower whether the report says which leaks would be seen: given figures, since their simulation takes long
     */
    public static void writeReport(Path folder, boolean withPower) throws IOException {
        CheckReport report = check().report(false);
        RunFiles.writeCheck(
                Files.createDirectories(folder).resolve(RunFiles.CHECK),
                (withPower ? withPower(report) : report).json());
    }

    private static CheckReport withPower(CheckReport report) {
        Leak large = new Leak(5, 6.0, 97, 100);
        Leak small = new Leak(0.5, 9.0, 12, 91);
        Leak unseen = new Leak(0.1, null, 0, 3);
        return new CheckReport(
                report.verdict(),
                report.findings(),
                report.sampled(),
                report.rows(),
                report.times(),
                report.orders(),
                report.contacts(),
                report.roles(),
                report.clocks(),
                report.together(),
                report.background(),
                List.of(
                        new Power(Role.SELLER, 10, true, null, null, List.of(unseen)),
                        new Power(Role.SELLER, 100, false, large, small, List.of(large, small, unseen))));
    }

    private static DataCheck check() {
        DataCheck check = new DataCheck(ModelSettings.defaults());
        MarketOverrides size = new MarketOverrides(80, 40, 3_000, 300, 40, 0.003, null, null);
        Instant[] start = new Instant[1];
        Scenario.QUIET
                .market(3, size, CallHabits.assumed())
                .inEventTime(
                        event -> {
                            start[0] = start[0] == null ? event.occurredAt() : start[0];
                            if (!DataCheckTest.isBetween(
                                    event, start[0].plus(Duration.ofDays(20)), Duration.ofDays(4))) {
                                check.accept(DataCheckTest.without(event, Role.PAYMENT_CHANNEL));
                            }
                        },
                        contact -> check.accept(DataCheckTest.shifted(contact, Duration.ofHours(8))));
        for (int row = 0; row < 2_000; row++) {
            check.onLeftOut(row % 9 == 0 ? "'buyerId' is missing" : "occurredAt: '31/12/2013' is no time");
        }
        return check;
    }
}
