package io.leaktrace.cli;

import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.runtime.TopicAdmin.Finding;
import io.leaktrace.runtime.TopicAdmin.InternalFinding;
import java.io.PrintWriter;
import java.util.List;

/** What a command that goes on says about topics. */
final class TopicWarnings {

    private TopicWarnings() {}

    /**
     * Says what may lose records later, and how topics were created.
     *
     * @throws io.leaktrace.runtime.StartException if something is wrong that the command must not go on with
     */
    static void require(List<Finding> findings, PrintWriter words) {
        for (Finding finding : findings) {
            String name = finding.topic().name();
            if (!finding.note().isEmpty()) {
                words.println(name + ": " + finding.note());
            }
            print(name, finding.warnings(), words);
        }
        words.flush();
        TopicAdmin.requireSound(findings);
    }

    /** The same of the application's own topics. */
    static void print(List<InternalFinding> findings, PrintWriter words) {
        findings.forEach(finding -> print(finding.name(), finding.warnings(), words));
        words.flush();
    }

    private static void print(String name, List<String> warnings, PrintWriter words) {
        warnings.forEach(warning -> words.println("Warning, " + name + ": " + warning));
    }
}
