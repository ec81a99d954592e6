package io.leaktrace.cli;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.Suspect;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The ranking of suspects as a table for people; dates are month and day in UTC. */
public final class SuspectTable {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Number of custodians with a common source that are named. */
    private static final int MOST_NAMED = 5;

    private SuspectTable() {}

    /**
     * @param suspects ranked
     * @param most number of suspects to print; planted leaks are printed at any rank
     * @param truth the planted leaks, by custodian, for a column of their own; null if unknown
     * @param learningUntil end of the learning period; null if it is over
     */
    public static void print(
            PrintWriter out, List<Suspect> suspects, int most, Map<Custodian, String> truth, Instant learningUntil) {
        if (learningUntil != null) {
            out.println("learning until " + learningUntil
                    + ": so far only the background is learned, and no custodian is judged");
        }
        String format = "%4s  %-34s %-9s %6s %8s %9s %8s %8s %19s %6s %7s";
        out.println(line(
                        format,
                        "rank",
                        "custodian",
                        "status",
                        "score",
                        "evidence",
                        "exposures",
                        "contacts",
                        "blamed",
                        "leak rate (90%)",
                        "onset",
                        "alerted")
                + (truth == null ? "" : "  truth"));
        int rank = 0;
        int hidden = 0;
        for (Suspect suspect : suspects) {
            rank++;
            boolean planted = truth != null && truth.containsKey(suspect.custodian());
            if (rank > most && !planted) {
                hidden++;
                continue;
            }
            String rate = String.format(
                    Locale.ROOT,
                    "%.2f%% (%.2f–%.2f)",
                    100 * suspect.leakRate(),
                    100 * suspect.leakRateLow(),
                    100 * suspect.leakRateHigh());
            out.println(line(
                            format,
                            rank,
                            SafeText.forTerminal(suspect.custodian().toString()),
                            suspect.status(),
                            String.format(Locale.ROOT, "%.3f", suspect.score()),
                            String.format(Locale.ROOT, "%.1f", suspect.evidence()),
                            suspect.exposures(),
                            suspect.contacts(),
                            String.format(Locale.ROOT, "%.1f", suspect.attributed()),
                            rate,
                            day(suspect.onset()),
                            day(suspect.firstAlertedAt()))
                    + (truth == null ? "" : "  " + truth.getOrDefault(suspect.custodian(), "")));
        }
        if (hidden > 0) {
            out.println("      … and " + hidden + " more");
        }
        out.println("      Dates are month-day in UTC.");
        suspects.stream()
                .filter(suspect -> suspect.sharedWith() != null)
                .forEach(suspect -> out.printf(
                        Locale.ROOT,
                        "%s shares %.0f%% of what it is blamed for with %s: the data do not tell them apart yet.%n",
                        SafeText.forTerminal(suspect.custodian().toString()),
                        100 * suspect.shared(),
                        SafeText.forTerminal(suspect.sharedWith().toString())));
        suspects.stream()
                .filter(suspect -> suspect.copied() != null && suspect.firstAlertedAt() != null)
                .forEach(suspect -> out.printf(
                        Locale.ROOT,
                        "%s: its orders from %s to %s were most likely copied, and are called through since %s.%n",
                        SafeText.forTerminal(suspect.custodian().toString()),
                        day(suspect.copied().from()),
                        day(suspect.copied().to()),
                        day(suspect.onset())));
        suspects.stream()
                .filter(suspect -> suspect.reporters().mayBeFalse() && suspect.status() != Suspect.Status.CLEAR)
                .forEach(suspect -> out.printf(
                        Locale.ROOT,
                        "%s: the reports may be made up; %d of %d buyers who reported had placed another order before.%n",
                        SafeText.forTerminal(suspect.custodian().toString()),
                        suspect.reporters().knownBuyers(),
                        suspect.buyers()));
        for (Role role : Role.values()) {
            List<Suspect> inCommon = suspects.stream()
                    .filter(suspect -> suspect.custodian().role() == role && suspect.inCommon() > 0)
                    .toList();
            if (!inCommon.isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "%d custodians of role %s seem to leak because of one source that the orders do not name, such as a "
                                + "software vendor: %s%s. They are not accused one by one.%n",
                        inCommon.get(0).inCommon(),
                        role,
                        inCommon.stream()
                                .limit(MOST_NAMED)
                                .map(suspect ->
                                        SafeText.forTerminal(suspect.custodian().id()))
                                .collect(Collectors.joining(", ")),
                        inCommon.size() > MOST_NAMED ? ", …" : "");
            }
        }
        out.flush();
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values).stripTrailing();
    }

    private static String day(Instant time) {
        return time == null ? "-" : DAY.format(time);
    }
}
