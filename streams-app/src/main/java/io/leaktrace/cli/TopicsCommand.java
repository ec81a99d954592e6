package io.leaktrace.cli;

import io.leaktrace.runtime.AccessRules;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.runtime.TopicAdmin.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclBinding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Creates and checks the topics. */
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

    @Option(names = "--create", description = "Create what is missing.")
    private boolean create;

    @Option(
            names = "--acls",
            paramLabel = "PRINCIPAL",
            description =
                    "Print the least that the pipeline has to be allowed to do, as commands, and end: User:leaktrace")
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
                String state =
                        finding.created() ? "created" : finding.problems().isEmpty() ? "ok" : "wrong";
                out.printf(
                        "%-24s key %-10s %3d partitions  %s%n",
                        finding.topic().name(), finding.topic().key(), finding.partitions(), state);
                for (String problem : finding.problems()) {
                    out.println("    " + problem);
                    sound = false;
                }
            }
            if (findings.stream().noneMatch(finding -> finding.partitions() == 0)) {
                PlacementSample.of(read).described().forEach(out::println);
            }
            out.flush();
            return sound ? 0 : Main.FAILED;
        }
    }

    private void printAccessRules(Settings read, PrintWriter out) {
        if (!acls.matches("\\w+:\\S+")) {
            throw new UsageException("--acls takes a principal, as in User:leaktrace, not '" + acls + "'.");
        }
        String servers = read.get(Setting.BOOTSTRAP_SERVERS);
        for (AclBinding rule : AccessRules.of(read, acls)) {
            out.println("kafka-acls.sh --bootstrap-server " + servers + " " + AccessRules.command(rule));
        }
        out.flush();
    }
}
