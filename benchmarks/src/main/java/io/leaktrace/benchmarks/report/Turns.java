package io.leaktrace.benchmarks.report;

import io.leaktrace.benchmarks.contenders.Catalogue;
import io.leaktrace.benchmarks.process.ContenderProcess;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.benchmarks.process.Measurement;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Lets contenders take turns, round after round, each round beginning with another of them, so that what changes on the
 * machine meanwhile falls on all alike. A contender that fails or finds something else than the truth is out, and the
 * others go on.
 */
public final class Turns {

    private final List<Size> sizes;
    private final List<Catalogue> contenders;
    private final Path folder;
    private final List<Integer> cores;
    private final long checkpointMillis;
    private final PrintWriter words;

    private final List<Turn> taken = new ArrayList<>();
    private final Map<Catalogue, String> out = new TreeMap<>();

    /**
     * @param folder for logs and whatever a run needs on disk
     * @param cores each contender takes a turn on each of these numbers of cores
     */
    public Turns(
            List<Size> sizes,
            List<Catalogue> contenders,
            Path folder,
            List<Integer> cores,
            long checkpointMillis,
            PrintWriter words) {
        this.sizes = sizes;
        this.contenders = contenders;
        this.folder = folder;
        this.cores = cores;
        this.checkpointMillis = checkpointMillis;
        this.words = words;
    }

    public void take(int rounds) throws InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            List<Catalogue> order = new ArrayList<>(contenders);
            Collections.rotate(order, 1 - round);
            for (Size size : sizes) {
                for (Catalogue contender : order) {
                    for (int count : cores) {
                        if (!out.containsKey(contender)) {
                            take(contender, size, count, round);
                        }
                    }
                }
            }
        }
    }

    private void take(Catalogue contender, Size size, int onCores, int round) throws InterruptedException {
        String id = contender.label() + "-" + size.label() + "-" + onCores + "-" + round;
        ContenderRun run = new ContenderRun(
                id,
                contender.label(),
                size.market(),
                size.settings(),
                size.parquet(),
                folder.resolve("work-" + id),
                onCores,
                checkpointMillis);
        try {
            Measurement measured = ContenderProcess.run(run, folder);
            String expected = contender.claim().of(size.market(), size.truth());
            if (!measured.result().equals(expected)) {
                putOut(contender, "found other counts in " + id + ": " + measured.result() + " instead of " + expected);
                return;
            }
            Turn turn = new Turn(contender, size.market().orders(), onCores, round, measured);
            taken.add(turn);
            words.printf(
                    "round %d, %s orders, %d cores: %-24s %7.2f CPU s, %6.1f s, %5d MB%n",
                    round,
                    size.label(),
                    onCores,
                    contender.label(),
                    measured.cpuSeconds(),
                    measured.wallSeconds(),
                    measured.peakBytes() >> 20);
            words.flush();
        } catch (IllegalStateException e) {
            putOut(contender, e.getMessage());
        } finally {
            deleteTopicsOf(run);
        }
    }

    private void putOut(Catalogue contender, String reason) {
        out.put(contender, reason);
        words.println(contender.label() + " is out: " + reason);
        words.flush();
    }

    private static void deleteTopicsOf(ContenderRun run) throws InterruptedException {
        try (Admin admin = Admin.create(run.settings(Map.of()).kafka())) {
            List<String> own = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(run.id() + "-"))
                    .toList();
            admin.deleteTopics(own).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of " + run.id() + " cannot be deleted: " + e.getCause(), e);
        }
    }

    /** All turns whose counts were right. */
    public List<Turn> taken() {
        return List.copyOf(taken);
    }

    /** Those that failed or found something else, with what they did. */
    public Map<Catalogue, String> out() {
        return Collections.unmodifiableMap(out);
    }
}
