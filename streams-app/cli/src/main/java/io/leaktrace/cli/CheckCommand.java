package io.leaktrace.cli;

import io.leaktrace.check.CheckReport;
import io.leaktrace.check.DataCheck;
import io.leaktrace.domain.SafeText;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.FileTally;
import io.leaktrace.files.InputFiles;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that examines data before they are trusted. */
@Command(
        name = "check",
        description =
                "Can these data answer which custodian leaks? Prints what is wrong with them, what to do about it, and which "
                        + "leaks they would show (see docs/check.md).",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 0: fine; 4: usable with reservations; 5: the data cannot answer.",
            "",
            "Examples:",
            "  leaktrace check --orders orders.jsonl --contacts contacts.jsonl",
            "  leaktrace check --input mapping.sql --time-zone Asia/Shanghai --json",
            "  leaktrace check --input mapping.sql --out runs/extract",
        })
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private InputOptions files;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also write the report to DIR/check.json; in a folder of runs.dir, the console shows it.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        if (!files.isGiven()) {
            throw new UsageException("Give --orders FILE and --contacts FILE, or --input MAPPING.");
        }
        if (out != null && out.toString().isEmpty()) {
            throw new UsageException("--out DIR: name the folder for the report.");
        }
        Settings read = settings.read();
        InputFiles input =
                files.files(Pseudonyms.NONE, read.timeLimit(Clock.systemUTC().instant()));
        if (out != null) {
            // Before the data are read, which may take minutes.
            input.requireReadable();
            Files.createDirectories(out);
        }
        DataCheck check = new DataCheck(read.model());
        PrintWriter err = spec.commandLine().getErr();
        CheckReport report;
        try (ProgressLine progress = new ProgressLine(err)) {
            input.scan(check::accept, counting(check, progress), done -> progress.onProgress("Reading", done, -1));
            progress.finish();
            input.notes().forEach(note -> err.println(SafeText.forTerminal(note)));
            report = check.report(true);
        }
        if (out != null) {
            RunFiles.writeCheck(out.resolve(RunFiles.CHECK), report.json());
        }
        PrintWriter text = spec.commandLine().getOut();
        if (json) {
            text.println(report.json());
            text.flush();
        } else {
            CheckText.print(text, report);
        }
        return report.verdict().exitCode();
    }

    /** Returns a listener that also counts the reasons of lines that are left out. */
    static ProgressListener counting(DataCheck check, ProgressListener listener) {
        return new ProgressListener() {
            @Override
            public void onProgress(String step, long done, long total) {
                listener.onProgress(step, done, total);
            }

            @Override
            public void onBadLine(BadLine line) {
                check.onLeftOut(line.reason());
                listener.onBadLine(line);
            }

            @Override
            public void onFileRead(FileTally tally) {
                listener.onFileRead(tally);
            }
        };
    }
}
