package io.leaktrace.lab;

import io.leaktrace.domain.Evidence;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.TopicReader;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Printer of the first call of the scenario 'story' and of the custodians blamed for it. */
final class StoryEvidence {

    private static final String FIRST_CALL = "zhou-call-1";

    private StoryEvidence() {}

    /** Prints the first evidence of the call, from the epoch in which it was reported. */
    static void print(Settings settings, PrintWriter out) {
        Evidence[] found = {null};
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakEvidence())) {
            reader.readToEnd(record -> {
                Evidence evidence = (Evidence) record;
                if (found[0] == null && evidence.contactId().equals(FIRST_CALL)) {
                    found[0] = evidence;
                }
            });
        }
        if (found[0] == null) {
            return;
        }
        Evidence evidence = found[0];
        Map<String, Double> shares = new TreeMap<>();
        evidence.touches().forEach(touch -> shares.merge(touch.custodian().toString(), touch.share(), Double::sum));
        out.printf(
                "%nThe call zhou got on 23 July, which quoted %s, as of %s.%n%d custodians had touched zhou's orders:%n",
                evidence.disclosed(), evidence.asOf(), shares.size());
        List<Map.Entry<String, Double>> ranked = shares.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Double> share) -> share.getValue())
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .toList();
        for (Map.Entry<String, Double> share : ranked) {
            out.println(String.format(Locale.ROOT, "  %6.2f%%  %s", 100 * share.getValue(), share.getKey()));
        }
        out.println(String.format(
                Locale.ROOT, "  %6.2f%%  nobody: it would have come anyway", 100 * evidence.backgroundShare()));
    }
}
