package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Campaign;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.engine.InMemoryPipeline;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.runs.Explanations;
import io.leaktrace.runs.NdjsonAndParquet;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runs.RunFormat;
import io.leaktrace.runs.RunResult;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.StartException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * A run of the whole pipeline over a history, in this process and independent of a running pipeline, which writes its
 * findings to a folder. Every byte of the result depends on the records and the plan alone.
 *
 * <p>While it runs, it writes checkpoints to the folder {@code .replay} there. A replay that was stopped resumes from
 * its last checkpoint when it is run again; the result is the same.
 */
public final class Replay {

    private static final String WORK = ".replay";
    private static final String BEGUN = "begun.json";
    private static final String PLACE = "place";
    private static final String FORMATS = "formats";
    /** Number of records between two checks of the clock. */
    private static final int CLOCK_CHECK_RECORDS = 4096;

    private final History given;
    private final ReplayPlan givenPlan;
    private final Path out;
    private final Path work;
    private final Set<RunFormat> formats;
    private final Duration checkpointInterval;
    private final int threads;
    private final ProgressListener listener;

    private RunResult result;
    private boolean resumed;

    /**
     * @param out folder for the result, created if it is missing
     * @param checkpointInterval interval between checkpoints
     * @param threads number of threads of each stage; the result does not depend on it
     */
    public Replay(
            ReplayPlan plan,
            History history,
            Path out,
            Set<RunFormat> formats,
            Duration checkpointInterval,
            int threads,
            ProgressListener listener) {
        this.givenPlan = plan;
        this.given = history;
        this.out = out;
        this.work = out.resolve(WORK);
        this.formats = Set.copyOf(formats);
        this.checkpointInterval = checkpointInterval;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Runs to the end and writes the result.
     *
     * @throws StartException if another run writes to the folder, or the folder holds an unfinished run of another plan
     */
    public void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        try (FileChannel lockFile =
                FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock(lockFile);
            JsonNode begun = begun();
            // A resumed run reads up to the end offsets that the topics had at its start.
            ReplayPlan plan =
                    begun == null ? givenPlan : ReplayPlan.like(begun, givenPlan.name(), givenPlan.settings());
            History history = begun == null ? given : given.as(begun);
            if (begun == null) {
                Files.deleteIfExists(work.resolve(PLACE));
                Files.deleteIfExists(out.resolve(RunFiles.MANIFEST));
                Map<String, Object> beginning = plan.manifest(history);
                beginning.put(FORMATS, formatNames());
                RunFiles.writeManifest(work.resolve(BEGUN), beginning);
            }
            Map<String, Object> manifest = plan.manifest(history);
            manifest.putAll(run(plan, history));
            RunFiles.writeSuspects(out.resolve(RunFiles.SUSPECTS), result.suspects());
            RunFiles.writeAlerts(out.resolve(RunFiles.ALERTS), result.alerts());
            Explanations.write(out.resolve(RunFiles.EXPLANATIONS), result.explanations());
            List<Campaign> campaigns = result.campaigns(plan.settings().duration(Setting.CAMPAIGN_CALLER_GAP));
            RunFiles.writeCampaigns(out.resolve(RunFiles.CAMPAIGNS), campaigns);
            NdjsonAndParquet.write(work, out, result, campaigns, formats);
            writeCheck(history);
            // Last: a folder with a manifest holds a complete run.
            RunFiles.writeManifest(out.resolve(RunFiles.MANIFEST), manifest);
        }
        clear();
    }

    private void writeCheck(History history) throws IOException {
        Path file = out.resolve(RunFiles.CHECK);
        Optional<String> report = history.checkReport();
        if (report.isPresent()) {
            RunFiles.writeCheck(file, report.get());
        } else {
            // That of an earlier run in this folder.
            Files.deleteIfExists(file);
        }
    }

    /** Locks the file until it is closed or the process ends. */
    private void lock(FileChannel file) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new StartException("another replay is writing to " + out + "; give each replay its own folder");
        }
    }

    /** The manifest of the unfinished run in this folder, or null. */
    private JsonNode begun() throws IOException {
        if (!Files.exists(work.resolve(BEGUN))) {
            return null;
        }
        JsonNode begun = ReplayPlan.read(work.resolve(BEGUN));
        if (!givenPlan.isLike(begun)) {
            throw new StartException(out + " holds an unfinished replay with other settings or another selection; "
                    + "choose another folder, or delete " + work);
        }
        List<String> before = new ArrayList<>();
        begun.path(FORMATS).forEach(format -> before.add(format.asText()));
        if (!before.equals(formatNames())) {
            throw new StartException(out + " holds an unfinished replay with --formats " + String.join(",", before)
                    + "; use the same formats, or delete " + work);
        }
        return begun;
    }

    private List<String> formatNames() {
        return formats.stream().sorted().map(RunFormat::name).toList();
    }

    /** Replays all records; returns the last entries of the manifest. */
    private Map<String, Object> run(ReplayPlan plan, History history) throws IOException, InterruptedException {
        Path place = work.resolve(PLACE);
        resumed = Files.exists(place);
        if (resumed) {
            requireIntact(place);
        }
        try (DataInputStream saved = resumed
                        ? new DataInputStream(new BufferedInputStream(Files.newInputStream(place), 1 << 16))
                        : null;
                RunResult found = new RunResult(work, formats, saved)) {
            result = found;
            int partitions = history.partitions();
            try (ReplayState state = new ReplayState(work, InMemoryPipeline.correlators(partitions), saved);
                    InMemoryPipeline pipeline = new InMemoryPipeline(
                            plan.settings().get(Setting.MARKET),
                            plan.settings().model(),
                            plan.settings().correlate(),
                            plan.closesLast(history),
                            threads,
                            partitions,
                            state.correlators(),
                            state.market(),
                            (finding, end) -> found.onFinding(finding));
                    History.Reading reading =
                            history.read(plan.selection(), plan.settings().timeLimit(plan.judgedAt()), saved)) {
                replayRecords(reading, pipeline, state);
                pipeline.end();
                return found.manifest(pipeline.open(), history.badLines());
            }
        } catch (IOError | IllegalStateException e) {
            // Of a file of blocks, in this thread or in one of the pipeline.
            Throwable error = e instanceof IOError ? e : e.getCause();
            if (error instanceof IOError && error.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void replayRecords(History.Reading reading, InMemoryPipeline pipeline, ReplayState state)
            throws IOException, InterruptedException {
        long lastCheckpoint = System.nanoTime();
        HistoryRecord arrival = reading.next();
        for (long count = 1; arrival != null; count++) {
            InputRecord record = arrival.record();
            boolean counts = record instanceof OrderEvent || record instanceof ScamContact;
            result.onRecord(counts ? arrival.time() : HistoryRecord.NO_TIME);
            if (record == null) {
                pipeline.countBad(arrival.partition());
            } else {
                pipeline.accept(arrival.partition(), arrival.key(), record);
            }
            if (count % CLOCK_CHECK_RECORDS == 0) {
                if (System.nanoTime() - lastCheckpoint >= checkpointInterval.toNanos()) {
                    writeCheckpoint(reading, pipeline, state);
                    lastCheckpoint = System.nanoTime();
                }
                listener.onProgress("Replaying", reading.done(), reading.total());
            }
            arrival = reading.next();
        }
        listener.onProgress("Replaying", reading.done(), reading.total());
    }

    private void writeCheckpoint(History.Reading reading, InMemoryPipeline pipeline, ReplayState state)
            throws IOException, InterruptedException {
        pipeline.awaitSecond();
        pipeline.save();
        Path made = work.resolve(PLACE + ".new");
        CRC32C checksum = new CRC32C();
        try (DataOutputStream place = new DataOutputStream(
                new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(made), 1 << 16), checksum))) {
            result.save(place);
            state.write(place);
            reading.writePlace(place);
            place.writeLong(checksum.getValue());
        }
        Files.move(made, work.resolve(PLACE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        state.onCheckpoint();
    }

    /** Verifies the checksum at the end of a checkpoint, which a full disk or a crash may have truncated. */
    private void requireIntact(Path place) throws IOException {
        CRC32C checksum = new CRC32C();
        long content = Files.size(place) - Long.BYTES;
        long written = 0;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(place), 1 << 16))) {
            byte[] buffer = new byte[1 << 16];
            for (long left = content; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                checksum.update(buffer, 0, read);
                left -= read;
            }
            written = content >= 0 ? in.readLong() : -1;
        }
        if (written != checksum.getValue()) {
            throw ReplayState.damaged(place, work);
        }
    }

    private void clear() throws IOException {
        // First: without this file, no replay resumes from the others.
        Files.delete(work.resolve(BEGUN));
        try (var files = Files.list(work)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(work);
    }

    /** Whether it resumed from the checkpoint of a stopped run. */
    public boolean resumed() {
        return resumed;
    }

    /** Number of records replayed, including those before the checkpoint from which it resumed. */
    public long read() {
        return result.read();
    }

    /** Returns the number of contacts that quote an order which came after them. */
    public long quotedOrderLater() {
        return result.quotedOrderLater();
    }

    /** Returns the number of contacts of all closed epochs. */
    public long contacts() {
        return result.contacts();
    }

    /** Returns the end of the learning period; null if the history ends after it, or has no order. */
    public Instant learningUntil() {
        return result.learningUntil();
    }

    /** Every custodian with a touch, as of the last epoch in which it had one in the horizon. */
    public List<Suspect> suspects() {
        return result.suspects();
    }

    public List<Alert> alerts() {
        return result.alerts();
    }
}
