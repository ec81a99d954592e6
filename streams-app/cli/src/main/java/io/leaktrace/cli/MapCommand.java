package io.leaktrace.cli;

import io.leaktrace.tables.MappingDraft;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that writes a first mapping for some files. */
@Command(
        name = "map",
        description =
                "Look at files of tables and write a first mapping for --input: SQL that guesses which columns are "
                        + "order, buyer, times and custodians, with the reason for each guess.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Files are CSV, TSV, JSON or Parquet, plain or compressed with gzip or zstd; text is UTF-8,",
            "UTF-16 or GB18030 (GBK). Relative paths in a mapping start from its folder: without --out,",
            "save it in the current one.",
            "",
            "Examples:",
            "  leaktrace map orders.csv complaints.csv --out mapping.sql",
            "  leaktrace replay --input mapping.sql --out result",
        })
final class MapCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of orders, of contacts, and others to join.")
    private List<Path> files;

    @Option(names = "--out", paramLabel = "MAPPING", description = "File for the mapping (default: stdout).")
    private Path out;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Zone of times without an offset, as in Asia/Shanghai (default: guessed).")
    private String zone;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "Encoding of text files without a byte-order mark (default: detected).")
    private String encoding;

    @Override
    public Integer call() throws IOException {
        Path folder = out == null
                ? Path.of("").toAbsolutePath()
                : out.toAbsolutePath().getParent();
        String mapping = MappingDraft.of(
                files, folder, MappingOptions.zoneOrNull(zone), MappingOptions.encodingOrNull(encoding));
        PrintWriter err = spec.commandLine().getErr();
        if (out == null) {
            spec.commandLine().getOut().print(mapping);
            spec.commandLine().getOut().flush();
        } else {
            Files.createDirectories(folder);
            Files.writeString(out, mapping);
        }
        long edits = mapping.lines().filter(line -> line.contains("EDIT")).count() - 1;
        err.printf(
                "%s %s%n",
                edits == 0
                        ? "Check the guesses, then:"
                        : edits == 1
                                ? "Check the guesses, above all the line with EDIT, then:"
                                : "Check the guesses, above all the " + edits + " lines with EDIT, then:",
                "leaktrace replay --input " + (out == null ? "MAPPING" : out) + " --out result");
        return 0;
    }
}
