package io.leaktrace.lab;

import io.leaktrace.cli.Main;
import io.leaktrace.cli.ProgressLine;
import io.leaktrace.cli.PseudonymOptions;
import io.leaktrace.cli.UsageException;
import io.leaktrace.files.OrderEventWriter;
import io.leaktrace.imports.PublicData;
import io.leaktrace.privacy.Pseudonyms;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that converts public data sets to order events. */
@Command(
        name = "import",
        description = "Convert a public set of real orders to order events, by the mapping that is shipped for it: "
                + "'olist' (the CSV files of the Brazilian E-Commerce Public Dataset by Olist) or 'completejourney' "
                + "(baskets.csv of the R package completejourney).",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  leaktrace import olist data/olist --out olist.jsonl",
            "  leaktrace import completejourney data/completejourney > baskets.jsonl",
        })
final class ImportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SET", description = "olist or completejourney")
    private String set;

    @Parameters(index = "1", paramLabel = "DIR", description = "Folder with the set's files.")
    private Path dir;

    @Mixin
    private PseudonymOptions pseudonyms;

    @Option(names = "--out", paramLabel = "FILE", description = "File for the order events (default: stdout).")
    private Path out;

    @Override
    public Integer call() throws IOException {
        PublicData data = named();
        Pseudonyms pseudonymizer = pseudonyms.read();
        PrintWriter err = spec.commandLine().getErr();
        long[] written = {0};
        List<String> shortcomings;
        try (ProgressLine progress = new ProgressLine(err);
                OrderEventWriter writer =
                        out == null ? new OrderEventWriter(System.out) : new OrderEventWriter(prepared(out))) {
            shortcomings = data.read(
                    dir,
                    event -> {
                        try {
                            writer.write(pseudonymizer.of(event));
                            written[0]++;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    progress);
            err.printf("%,d order events; %,d rows left out%n", written[0], progress.badLines());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        shortcomings.forEach(err::println);
        if (written[0] == 0) {
            err.println("There is no order event in " + dir + ".");
        }
        return shortcomings.isEmpty() && written[0] > 0 ? 0 : Main.FAILED;
    }

    private PublicData named() {
        try {
            return PublicData.named(set);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static Path prepared(Path file) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        return file;
    }
}
