package io.leaktrace.cli;

import io.leaktrace.runtime.AccessRules;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.runtime.TopicAdmin.Finding;
import io.leaktrace.runtime.TopicAdmin.InternalFinding;
import io.leaktrace.topology.InputPlacement;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that creates and checks the topics. */
@Command(
        name = "topics",
        description = "Check the topics, or create those that are missing and register their schemas.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  leaktrace topics --create -b broker:9092 -r http://registry:8081"})
final class TopicsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Option(names = "--create", description = "Create missing topics and register their schemas.")
    private boolean create;

    @Option(
            names = "--acls",
            paramLabel = "PRINCIPAL",
            description =
                    "Print the smallest set of ACLs for this principal, as commands, and end; as in User:leaktrace")
    private String acls;

    @Override
    public Integer call() {
        Settings read = settings.read();
        PrintWriter out = spec.commandLine().getOut();
        if (acls != null) {
            printAccessRules(read, out);
            return 0;
        }
        try (TopicAdmin admin = new TopicAdmin(read)) {
            admin.awaitBrokers();
            if (create) {
                admin.registerSchemas();
            }
            List<Finding> findings = create ? admin.createMissing(Map.of()) : admin.check();
            boolean sound = true;
            for (Finding finding : findings) {
                String state = finding.created()
                        ? "created"
                        : !finding.problems().isEmpty()
                                ? "wrong"
                                : finding.warnings().isEmpty() ? "ok" : "warning";
                out.printf(
                        "%-24s key %-10s %3d partitions  %s%n",
                        finding.topic().name(), finding.topic().key(), finding.partitions(), state);
                if (!finding.note().isEmpty()) {
                    out.println("    " + finding.note());
                }
                finding.problems().forEach(problem -> out.println("    " + problem));
                finding.warnings().forEach(warning -> out.println("    " + warning));
                sound &= finding.problems().isEmpty();
            }
            InputPlacement placement = InputPlacement.standard(1);
            if (findings.stream().noneMatch(finding -> finding.partitions() == 0)) {
                PlacementSample sample = PlacementSample.of(read);
                sample.described().forEach(out::println);
                placement = sample.placement();
            }
            printInternal(read, admin, placement, out);
            out.flush();
            return sound ? 0 : Main.FAILED;
        }
    }

    /** Prints the full names of the application's internal topics, and the command that resets only this application. */
    private static void printInternal(Settings read, TopicAdmin admin, InputPlacement placement, PrintWriter out) {
        List<InternalFinding> internal = admin.internalTopics(Pipeline.topology(read, placement));
        if (internal.isEmpty()) {
            return;
        }
        String application = read.get(Setting.APPLICATION_ID);
        out.printf("%nInternal topics of the application '%s':%n", application);
        for (InternalFinding finding : internal) {
            out.printf("%-40s %s%n", finding.name(), finding.warnings().isEmpty() ? "ok" : "warning");
            finding.warnings().forEach(warning -> out.println("    " + warning));
        }
        String ofStreams = internal.stream()
                .map(InternalFinding::name)
                .filter(TopicAdmin::isDeletedByReset)
                .collect(Collectors.joining(","));
        if (!ofStreams.isEmpty()) {
            out.printf(
                    "To reset it, so that it reads its input from the start, stop all instances and run:%n"
                            + "    kafka-streams-application-reset.sh --bootstrap-server %s --application-id %s "
                            + "--input-topics %s --internal-topics %s%n",
                    read.get(Setting.BOOTSTRAP_SERVERS), application, String.join(",", read.inputTopics()), ofStreams);
        }
    }

    private void printAccessRules(Settings read, PrintWriter out) {
        if (!acls.matches("\\w+:\\S+")) {
            throw new UsageException("--acls takes a principal, as in User:leaktrace, not '" + acls + "'.");
        }
        String servers = read.get(Setting.BOOTSTRAP_SERVERS);
        for (String command : AccessRules.commands(AccessRules.of(read, acls))) {
            out.println("kafka-acls.sh --bootstrap-server " + servers + " " + command);
        }
        out.flush();
    }
}
