package io.leaktrace.compare;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Suspect.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changed from one run to another. As JSON it is what {@code GET /api/diff} answers.
 *
 * @param a name of the one
 * @param b name of the other
 * @param settings that differ, and what else decides which records a run takes: {@code --from}, {@code topics} and the
 *     like
 * @param suspects every custodian of either, those that changed most first
 * @param alerts custodians on which either raised an alert, by name
 * @param same whether all is equal: settings, input, and every byte of {@code suspects.csv} and {@code alerts.csv}
 */
public record Comparison(
        String a,
        String b,
        List<SettingChange> settings,
        List<SuspectChange> suspects,
        List<AlertChange> alerts,
        @JsonIgnore boolean same) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A setting with its values; null where a run has none. */
    public record SettingChange(String name, String a, String b) {}

    /** What became of a custodian. */
    public enum Change {
        /** Accused in b (SUSPECT or CONFIRMED) and not in a, whether a knows it or not. */
        GAINED,
        /** Accused in a and not in b, whether b knows it or not. */
        LOST,
        /** Of a better rank in b, that is nearer to the top. */
        RISEN,
        FALLEN,
        /** Not accused, and unknown to a: another time or sample brings such in by the hundred. */
        APPEARED,
        /** Not accused, and unknown to b. */
        GONE,
        SAME
    }

    /** Where a custodian stands in a run. */
    public record Standing(int rank, Status status, double score, double evidence) {

        /** Whether somebody would act on it. */
        @JsonIgnore
        public boolean isAccused() {
            return status == Status.SUSPECT || status == Status.CONFIRMED;
        }
    }

    /** A custodian, {@code ROLE:id}, with its standing; null in a run that does not know it. */
    public record SuspectChange(String custodian, Change change, Standing a, Standing b) {

        /** The better of its ranks. */
        int bestRank() {
            return Math.min(a == null ? Integer.MAX_VALUE : a.rank, b == null ? Integer.MAX_VALUE : b.rank);
        }
    }

    /**
     * When the first alert was raised on a custodian, as ISO-8601; null in a run that raised none.
     *
     * @param shiftHours from a to b: negative if b was earlier; null unless both raised one
     */
    public record AlertChange(String custodian, String a, String b, Double shiftHours) {}

    /**
     * Compares what is in the folders of two runs.
     *
     * @throws IOException if one of them holds no run; the message says what is missing
     */
    public static Comparison of(Path runA, Path runB) throws IOException {
        Run a = Run.read(runA);
        Run b = Run.read(runB);
        List<SettingChange> settings = new ArrayList<>(changes(a.settings(), b.settings()));
        settings.addAll(changes(a.input(), b.input()));
        boolean same = settings.isEmpty() && a.bytes().equals(b.bytes());
        return new Comparison(a.name(), b.name(), settings, suspects(a, b), alerts(a, b), same);
    }

    private static List<SettingChange> changes(SortedMap<String, String> a, SortedMap<String, String> b) {
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        return names.stream()
                .map(name -> new SettingChange(name, a.get(name), b.get(name)))
                .filter(change -> change.a() == null || !change.a().equals(change.b()))
                .toList();
    }

    private static List<SuspectChange> suspects(Run a, Run b) {
        Map<Custodian, Standing> all = new LinkedHashMap<>(a.suspects());
        b.suspects().forEach(all::putIfAbsent);
        List<SuspectChange> changes = new ArrayList<>();
        for (Custodian custodian : all.keySet()) {
            Standing before = a.suspects().get(custodian);
            Standing after = b.suspects().get(custodian);
            changes.add(new SuspectChange(custodian.toString(), change(before, after), before, after));
        }
        changes.sort(Comparator.comparing(SuspectChange::change)
                .thenComparing(SuspectChange::bestRank)
                .thenComparing(SuspectChange::custodian));
        return changes;
    }

    private static Change change(Standing a, Standing b) {
        boolean accusedInA = a != null && a.isAccused();
        boolean accusedInB = b != null && b.isAccused();
        if (accusedInA != accusedInB) {
            return accusedInB ? Change.GAINED : Change.LOST;
        }
        if (a == null) {
            return Change.APPEARED;
        }
        if (b == null) {
            return Change.GONE;
        }
        if (a.rank == b.rank) {
            return Change.SAME;
        }
        return b.rank < a.rank ? Change.RISEN : Change.FALLEN;
    }

    private static List<AlertChange> alerts(Run a, Run b) {
        TreeMap<Custodian, Instant> all = new TreeMap<>(a.firstAlerts());
        all.putAll(b.firstAlerts());
        return all.keySet().stream()
                .map(custodian -> alert(
                        custodian,
                        a.firstAlerts().get(custodian),
                        b.firstAlerts().get(custodian)))
                .toList();
    }

    private static AlertChange alert(Custodian custodian, Instant a, Instant b) {
        Double shift =
                a == null || b == null ? null : (double) Duration.between(a, b).toMillis() / EventTime.HOUR;
        return new AlertChange(
                custodian.toString(), a == null ? null : a.toString(), b == null ? null : b.toString(), shift);
    }

    /** As JSON, over several lines. */
    public String toJson() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
    }
}
