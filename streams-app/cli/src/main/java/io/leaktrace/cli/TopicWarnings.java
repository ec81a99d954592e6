package io.leaktrace.cli;

import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.runtime.TopicAdmin.Finding;
import io.leaktrace.runtime.TopicAdmin.InternalFinding;
import java.io.PrintWriter;
import java.util.List;

/** Warnings about topics, for commands that continue in spite of them. */
final class TopicWarnings {

    private TopicWarnings() {}

    /**
     * Prints how topics were created and which of their configurations may lose records later.
     *
     * @throws io.leaktrace.runtime.StartException if a topic has a problem that makes the command impossible
     */
    static void require(List<Finding> findings, PrintWriter err) {
        for (Finding finding : findings) {
            String name = finding.topic().name();
            if (!finding.note().isEmpty()) {
                err.println(name + ": " + finding.note());
            }
            print(name, finding.warnings(), err);
        }
        err.flush();
        TopicAdmin.requireSound(findings);
    }

    /** Prints the warnings about the application's internal topics. */
    static void print(List<InternalFinding> findings, PrintWriter err) {
        findings.forEach(finding -> print(finding.name(), finding.warnings(), err));
        err.flush();
    }

    private static void print(String name, List<String> warnings, PrintWriter err) {
        warnings.forEach(warning -> err.println("Warning, " + name + ": " + warning));
    }
}
