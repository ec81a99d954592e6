package io.leaktrace.cli;

import io.leaktrace.decoys.DecoyAdvice;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.SafeText;
import io.leaktrace.files.InputFiles;
import io.leaktrace.localize.DecoyPlan;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.runs.Explanations;
import io.leaktrace.runs.RunCsvReader;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.TopicReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that says where to place the next decoys. */
@Command(
        name = "decoys",
        description = "Propose where to place the next decoy orders, so that contested suspects are distinguished and "
                + "watched ones are confirmed or cleared soonest (see docs/evidence.md).",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Which custodians come together is read from the orders of a run or, of a running",
            "pipeline, from the orders of buyers who were called.",
            "",
            "Examples:",
            "  leaktrace decoys --budget 20 --run result --orders orders.jsonl",
            "  leaktrace decoys --budget 50 --choose SELLER,PAYMENT_CHANNEL -b broker:9092 \\",
            "    -r http://registry:8081",
        })
final class DecoysCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private InputOptions files;

    @Option(
            names = "--budget",
            defaultValue = "" + DecoyAdvice.USUAL_BUDGET,
            paramLabel = "N",
            description = "Number of decoys that you can place (default: ${DEFAULT-VALUE}).")
    private int budget;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description =
                    "Folder of a run, with the orders by --orders or --input; by default, the topics of the running "
                            + "pipeline are read.")
    private Path run;

    @Option(
            names = "--choose",
            split = ",",
            defaultValue = "SELLER",
            paramLabel = "ROLE",
            description = "Roles of which you can choose the custodian of an order: SELLER, LOGISTICS_NODE, "
                    + "PAYMENT_CHANNEL, SERVICE_PROVIDER, PLATFORM (default: ${DEFAULT-VALUE}).")
    private List<Role> chosen;

    @Option(names = "--json", description = "Print the proposals as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (budget < 1 || budget > DecoyAdvice.MOST_BUDGET) {
            throw new UsageException("--budget must be 1 to " + DecoyAdvice.MOST_BUDGET + ", not " + budget
                    + ": the number of decoy orders that you can place.");
        }
        if (run != null && !files.hasOrders()) {
            throw new UsageException(
                    "--run needs the orders of the run too, to know which custodians come together: give "
                            + "--orders FILE or --input MAPPING.");
        }
        if (run == null && files.isGiven()) {
            throw new UsageException("--orders and --input go with --run DIR, the folder of a run. Make one with: "
                    + "leaktrace replay --orders FILE --contacts FILE --out DIR");
        }
        DecoyAdvice advice = run == null ? ofTopics() : ofRun();
        PrintWriter err = spec.commandLine().getErr();
        if (advice.isEmpty()) {
            err.println(
                    "No custodian has been judged yet. Wait until the first epoch is closed, or replay more orders.");
            return Main.FAILED;
        }
        DecoyPlan plan = advice.plan(budget, chosen);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(advice.json(plan));
        } else if (!plan.examined().isEmpty()) {
            print(out, advice, plan);
        }
        out.flush();
        if (plan.examined().isEmpty()) {
            err.println("As of " + advice.asOf()
                    + " no custodian is watched, suspected or contested, so no order would tell "
                    + "more than another. To notice a new leak sooner, place decoys with the custodians that have the most "
                    + "orders.");
            return Main.FAILED;
        }
        if (plan.proposals().isEmpty()) {
            err.println(
                    "No order would tell anything about them: either it is clear who leaks, or no known order with a "
                            + "custodian of the roles " + names(chosen)
                            + " touches them. Choose other roles with --choose, or give "
                            + "more orders.");
            return Main.FAILED;
        }
        return 0;
    }

    private DecoyAdvice ofTopics() {
        Settings read = settings.readAndAwaitBrokers();
        DecoyAdvice advice = new DecoyAdvice(read.model());
        List<String> topics = List.of(
                read.topics().leakEpochs(),
                read.topics().leakSuspects(),
                read.topics().leakExplanations(),
                read.topics().leakEvidence());
        for (String topic : topics) {
            try (TopicReader reader = new TopicReader(read, topic)) {
                reader.readToEnd(record -> {
                    if (record instanceof Finding finding) {
                        advice.add(finding);
                    }
                });
                reader.shortcoming().ifPresent(spec.commandLine().getErr()::println);
            }
        }
        return advice;
    }

    private DecoyAdvice ofRun() throws IOException {
        Path explanations = run.resolve(RunFiles.EXPLANATIONS);
        if (!Files.exists(explanations)) {
            throw new IOException(
                    run + " is not the folder of a run of this version: it has no " + explanations.getFileName());
        }
        Settings read = settings.read();
        DecoyAdvice advice = new DecoyAdvice(read.model());
        RunCsvReader.suspects(run.resolve(RunFiles.SUSPECTS)).forEach(advice::add);
        Explanations.read(explanations).forEach(advice::add);
        PrintWriter err = spec.commandLine().getErr();
        InputFiles input =
                files.files(Pseudonyms.NONE, read.timeLimit(Clock.systemUTC().instant()));
        try (ProgressLine progress = new ProgressLine(err)) {
            input.scan(
                    record -> {
                        if (record instanceof OrderEvent event) {
                            advice.add(event);
                        }
                    },
                    progress,
                    done -> progress.onProgress("Reading", done, -1));
            progress.finish();
            input.notes().forEach(note -> err.println(SafeText.forTerminal(note)));
        }
        return advice;
    }

    private void print(PrintWriter out, DecoyAdvice advice, DecoyPlan plan) {
        int orders =
                plan.proposals().stream().mapToInt(DecoyPlan.Proposal::orders).sum();
        out.println(text(
                "As of %s: %d decoys are expected to resolve %.2f of the %.2f bits that are open.%s",
                advice.asOf(),
                orders,
                plan.gainedBits(),
                plan.openBits(),
                orders < plan.budget() ? text(" More than %d would tell next to nothing.", orders) : ""));
        if (plan.examined().stream().allMatch(examined -> examined.sharedWith() == null)) {
            out.println("No suspect is contested; the decoys confirm or clear those that are watched or suspected.");
        }
        if (!plan.proposals().isEmpty()) {
            out.println();
            printProposals(out, plan);
        }
        out.println();
        printExamined(out, plan);
    }

    private static void printProposals(PrintWriter out, DecoyPlan plan) {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("orders", "from", "bits", "tell about", "touch"));
        for (DecoyPlan.Proposal proposal : plan.proposals()) {
            table.add(List.of(
                    Integer.toString(proposal.orders()),
                    joined(proposal.from(), " + "),
                    text("%.2f", proposal.bits()),
                    proposal.about().stream()
                            .map(group -> joined(group, " or "))
                            .collect(Collectors.joining("; ")),
                    proposal.touches().stream()
                            .map(touch -> text("%s %.0f%%", touch.custodian(), 100 * touch.share()))
                            .collect(Collectors.joining(", "))));
        }
        TextTable.print(out, table);
    }

    private static void printExamined(PrintWriter out, DecoyPlan plan) {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("custodian", "status", "leaks", "suspected rate", "decoys to see it", "contested with"));
        for (DecoyPlan.Examined examined : plan.examined()) {
            table.add(List.of(
                    examined.custodian().toString(),
                    examined.status().name(),
                    text("%.0f%%", 100 * examined.probability()),
                    text("%.2f%%", 100 * examined.leakRate()),
                    examined.decoysToSee() == null ? "over 10,000" : text("%,d", examined.decoysToSee()),
                    examined.sharedWith() == null ? "" : examined.sharedWith().toString()));
        }
        TextTable.print(out, table);
        out.println(
                "Decoys to see it: orders that touch it, but not the one that it is contested with, after which a leak "
                        + "of this rate raises an alert with a probability of 90%.");
    }

    private static String joined(List<Custodian> custodians, String separator) {
        return custodians.stream().map(Custodian::toString).collect(Collectors.joining(separator));
    }

    private static String names(List<Role> roles) {
        return Set.copyOf(roles).stream().sorted().map(Role::name).collect(Collectors.joining(", "));
    }

    private static String text(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}
