package io.leaktrace.benchmarks.process;

import io.leaktrace.benchmarks.contenders.Catalogue;
import io.leaktrace.embedded.EmbeddedPlatform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a contender in a process of its own. */
public final class ContenderProcess {

    private ContenderProcess() {}

    /**
     * Runs it to the end.
     *
     * @param folder for the log of the run
     */
    public static Measurement run(ContenderRun run, Path folder) throws InterruptedException {
        Catalogue entry = Catalogue.named(run.contender());
        Path request = folder.resolve(run.id() + ".run");
        Path answer = folder.resolve(run.id() + ".measurement");
        List<String> options = new ArrayList<>(List.of("-Xmx" + entry.heap()));
        options.addAll(entry.javaOptions());
        try {
            Files.createDirectories(run.work());
            run.write(request);
            JavaProcess process = JavaProcess.start(
                    run.id(),
                    run.cores(),
                    ContenderMain.class,
                    options,
                    entry::doesWithout,
                    folder.resolve(run.id() + ".log"),
                    request.toString(),
                    answer.toString());
            try (process) {
                process.awaitEnd();
            }
            Measurement measurement = Measurement.of(PropertiesFile.read(answer));
            Files.delete(request);
            Files.delete(answer);
            return measurement;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the run " + run.id(), e);
        } finally {
            EmbeddedPlatform.delete(run.work());
        }
    }
}
