package io.leaktrace.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reason for a custodian's evidence or status, or something that would change it.
 *
 * @param code kind of reason
 * @param figures its parameters by name: numbers, texts, times and custodians
 */
public record SuspectReason(Code code, Map<String, Object> figures) {

    /** Kinds of reasons. */
    public enum Code {
        LEARNING,
        CONFIRMED,
        DISMISSED,
        ABOVE_THRESHOLD,
        BELOW_THRESHOLD,
        SHARED,
        STOPPED,
        EXPLAINED_AWAY,
        BACKGROUND,
        AS_EXPECTED,
        TOO_SMALL,
        NEGATIVE_CONTROL,
        LIKELY_KNOWLEDGE,
        UNLIKELY_KNOWLEDGE,
        ARCHIVE,
        REPORTERS,
        MAY_BE_FALSE,
        IN_COMMON,
        WOULD_RAISE,
        WOULD_CLEAR
    }

    /** Minimum difference between the evidence alone and given the others (base-10 logarithm) for EXPLAINED_AWAY. */
    private static final double EXPLAINED_AWAY = 1;

    /** Number of orders below which a custodian is too small for strong evidence. */
    private static final long FEW_EXPOSURES = 200;

    private static final double NOTABLE_CONTROL = 1.2;

    /** Minimum share of incidents with a field for the field to be mentioned. */
    private static final double NOTABLE_SHARE = 0.2;

    private static final double STOPPED_SCORE = 0.5;

    /**
     * Returns the reasons for a custodian's evidence and status, the most important first.
     *
     * @param explanation or null; then only the suspect's own figures are used
     * @param verdict in force, or null
     * @param threshold evidence at which alerts are raised, a base-10 logarithm
     * @param learning whether only the background is learned so far
     */
    public static List<SuspectReason> of(
            Suspect suspect, Explanation explanation, LeakVerdict verdict, double threshold, boolean learning) {
        List<SuspectReason> reasons = new ArrayList<>();
        if (learning) {
            reasons.add(new SuspectReason(Code.LEARNING, Map.of()));
        }
        if (verdict != null && verdict.verdict() != Verdict.REMEDIATED) {
            Code code = verdict.verdict() == Verdict.CONFIRMED ? Code.CONFIRMED : Code.DISMISSED;
            reasons.add(reason(code, "by", verdict.by(), "at", verdict.at(), "expiresAt", verdict.expiresAt()));
        }
        boolean above = suspect.evidence() >= threshold;
        reasons.add(
                above
                        ? reason(Code.ABOVE_THRESHOLD, "evidence", suspect.evidence(), "threshold", threshold)
                        : reason(
                                Code.BELOW_THRESHOLD,
                                "evidence",
                                suspect.evidence(),
                                "threshold",
                                threshold,
                                "missing",
                                threshold - suspect.evidence()));
        if (suspect.sharedWith() != null) {
            reasons.add(reason(Code.SHARED, "with", suspect.sharedWith(), "shared", suspect.shared()));
        }
        if (above && suspect.reporters().mayBeFalse()) {
            reasons.add(reason(
                    Code.MAY_BE_FALSE,
                    "buyers",
                    suspect.buyers(),
                    "known",
                    suspect.reporters().knownBuyers()));
        } else if (above && suspect.buyers() > 0) {
            reasons.add(reason(
                    Code.REPORTERS,
                    "buyers",
                    suspect.buyers(),
                    "known",
                    suspect.reporters().knownBuyers(),
                    "toFall",
                    suspect.reporters().falseToFall()));
        }
        if (above && suspect.inCommon() > 0) {
            reasons.add(reason(
                    Code.IN_COMMON,
                    "custodians",
                    suspect.inCommon(),
                    "role",
                    suspect.custodian().role().name()));
        }
        if (above && suspect.copied() != null) {
            reasons.add(reason(
                    Code.ARCHIVE,
                    "from",
                    suspect.copied().from(),
                    "to",
                    suspect.copied().to(),
                    "campaign",
                    suspect.onset()));
        }
        if (above && suspect.score() < STOPPED_SCORE) {
            reasons.add(reason(Code.STOPPED, "score", suspect.score()));
        }
        if (explanation != null) {
            addExplained(reasons, suspect, explanation, above);
        }
        if (!above && suspect.contacts() > 0 && suspect.attributed() < 1) {
            reasons.add(reason(Code.AS_EXPECTED, "contacts", suspect.contacts(), "expected", suspect.expected()));
        }
        if (!above && suspect.exposures() < FEW_EXPOSURES) {
            reasons.add(reason(Code.TOO_SMALL, "exposures", suspect.exposures(), "attributed", suspect.attributed()));
        }
        boolean mayBeAccused = suspect.sharedWith() == null
                && (suspect.status() == Suspect.Status.CLEAR || suspect.status() == Suspect.Status.WATCH);
        if (explanation != null && explanation.wouldRaise() > 0 && mayBeAccused) {
            reasons.add(reason(Code.WOULD_RAISE, "incidents", explanation.wouldRaise()));
        }
        if (explanation != null && explanation.wouldClear() > 0 && suspect.status() == Suspect.Status.SUSPECT) {
            reasons.add(reason(Code.WOULD_CLEAR, "incidents", explanation.wouldClear()));
        }
        return reasons;
    }

    private static void addExplained(
            List<SuspectReason> reasons, Suspect suspect, Explanation explanation, boolean above) {
        explanation.takenBy().stream()
                .filter(rival -> rival.custodian() != null)
                .findFirst()
                .filter(rival -> explanation.alone() - explanation.given() >= EXPLAINED_AWAY)
                .ifPresent(rival -> reasons.add(reason(
                        Code.EXPLAINED_AWAY,
                        "by",
                        rival.custodian(),
                        "incidents",
                        rival.incidents(),
                        "alone",
                        explanation.alone(),
                        "given",
                        explanation.given())));
        if (!above) {
            explanation.takenBy().stream()
                    .filter(rival -> rival.custodian() == null && rival.incidents() >= 1)
                    .forEach(rival -> reasons.add(
                            reason(Code.BACKGROUND, "incidents", rival.incidents(), "contacts", suspect.contacts())));
        }
        if (explanation.negativeControl() >= NOTABLE_CONTROL) {
            reasons.add(reason(Code.NEGATIVE_CONTROL, "factor", explanation.negativeControl()));
        }
        long incidents = explanation.leadTimes().stream()
                .mapToLong(Explanation.LeadTime::incidents)
                .sum();
        // Not the suspect's, which may be of another epoch than the explanation.
        double attributed = explanation.leadTimes().stream()
                .mapToDouble(Explanation.LeadTime::attributed)
                .sum();
        strongest(explanation, incidents, true, above ? attributed : incidents)
                .ifPresent(disclosure -> reasons.add(reason(
                        Code.LIKELY_KNOWLEDGE,
                        "field",
                        disclosure.field(),
                        "share",
                        above
                                ? Math.min(1, disclosure.attributed() / attributed)
                                : disclosure.incidents() / (double) incidents)));
        if (!above) {
            strongest(explanation, incidents, false, incidents)
                    .ifPresent(disclosure -> reasons.add(reason(
                            Code.UNLIKELY_KNOWLEDGE,
                            "field",
                            disclosure.field(),
                            "share",
                            disclosure.incidents() / (double) incidents)));
        }
    }

    /** Returns the field that callers knew most often, among those that the role can or cannot know. */
    private static Optional<Explanation.Disclosure> strongest(
            Explanation explanation, long incidents, boolean known, double total) {
        return explanation.disclosed().stream()
                .filter(disclosure -> incidents > 0 && total > 0 && disclosure.known() == known)
                .filter(disclosure -> disclosure.incidents() >= NOTABLE_SHARE * incidents)
                .max(Comparator.comparingDouble(Explanation.Disclosure::attributed)
                        .thenComparingLong(Explanation.Disclosure::incidents)
                        .thenComparing(Comparator.comparing(Explanation.Disclosure::field)
                                .reversed()));
    }

    private static SuspectReason reason(Code code, Object... namesAndFigures) {
        Map<String, Object> figures = new LinkedHashMap<>();
        for (int i = 0; i < namesAndFigures.length; i += 2) {
            figures.put((String) namesAndFigures[i], namesAndFigures[i + 1]);
        }
        return new SuspectReason(code, figures);
    }
}
