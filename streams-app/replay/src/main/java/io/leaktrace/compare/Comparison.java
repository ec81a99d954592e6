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
 * The differences between two runs; as JSON, the response of {@code GET /api/diff}.
 *
 * @param a name of the first run
 * @param b name of the second run
 * @param settings settings that differ, and differences of the input: {@code --from}, {@code topics} and the like
 * @param suspects all custodians of both runs, those that changed most first
 * @param alerts custodians on which either run raised an alert, by name
 * @param same whether settings, input, and every byte of {@code suspects.csv} and {@code alerts.csv} are equal
 */
public record Comparison(
        String a,
        String b,
        List<SettingChange> settings,
        List<SuspectChange> suspects,
        List<AlertChange> alerts,
        @JsonIgnore boolean same) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A setting with its values; null if a run does not have it. */
    public record SettingChange(String name, String a, String b) {}

    /** The change of a custodian from a to b. */
    public enum Change {
        /** Accused in b (SUSPECT or CONFIRMED) and not in a, which may not contain it. */
        GAINED,
        /** Accused in a and not in b, which may not contain it. */
        LOST,
        /** Of a better (smaller) rank in b. */
        RISEN,
        FALLEN,
        /** Not accused, and only in b: another period or sample adds hundreds of these. */
        APPEARED,
        /** Not accused, and only in a. */
        GONE,
        SAME
    }

    /** Rank and figures of a custodian in a run. */
    public record Standing(int rank, Status status, double score, double evidence) {

        /** Whether the status is SUSPECT or CONFIRMED. */
        @JsonIgnore
        public boolean isAccused() {
            return status == Status.SUSPECT || status == Status.CONFIRMED;
        }
    }

    /** A custodian, {@code ROLE:id}, with its standing in each run; null in a run that does not contain it. */
    public record SuspectChange(String custodian, Change change, Standing a, Standing b) {

        /** The better (smaller) of its ranks. */
        int bestRank() {
            return Math.min(a == null ? Integer.MAX_VALUE : a.rank, b == null ? Integer.MAX_VALUE : b.rank);
        }
    }

    /**
     * Times of the first alert on a custodian, as ISO-8601; null in a run that raised none.
     *
     * @param shiftHours hours from a to b, negative if b was earlier; null unless both raised one
     */
    public record AlertChange(String custodian, String a, String b, Double shiftHours) {}

    /**
     * Compares the runs in two folders.
     *
     * @throws IOException if one of the folders holds no run; the message says what is missing
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

    /** This comparison as indented JSON. */
    public String toJson() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
    }
}
