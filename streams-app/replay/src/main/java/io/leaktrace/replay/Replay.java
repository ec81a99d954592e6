package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import io.leaktrace.engine.InMemoryPipeline;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.runs.Explanations;
import io.leaktrace.runs.Format;
import io.leaktrace.runs.OpenFormats;
import io.leaktrace.runs.RunFiles;
import io.leaktrace.runs.RunResult;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.StartException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Runs the whole pipeline over a history, in this process and apart from any pipeline that runs, and writes what it found
 * into a folder. The result depends on the records and the plan alone, to the byte.
 *
 * <p>While it runs it keeps its place in the folder {@code .replay} there. One that was stopped goes on from there when it
 * is run again, and repeats what it had done since it last kept its place; the result is the same.
 */
public final class Replay {

    private static final String WORK = ".replay";
    private static final String BEGUN = "begun.json";
    private static final String PLACE = "place";
    private static final String FORMATS = "formats";
    /** Between two looks at the clock. */
    private static final int LOOK_EVERY = 4096;

    private final History given;
    private final ReplayPlan givenPlan;
    private final Path out;
    private final Path work;
    private final Set<Format> formats;
    private final Duration keepPlaceEvery;
    private final ProgressListener listener;

    private RunResult result;
    private boolean wentOn;

    /**
     * @param out folder for the result, made if it is missing
     * @param keepPlaceEvery how much work may be lost if it is stopped
     */
    public Replay(
            ReplayPlan plan,
            History history,
            Path out,
            Set<Format> formats,
            Duration keepPlaceEvery,
            ProgressListener listener) {
        this.givenPlan = plan;
        this.given = history;
        this.out = out;
        this.work = out.resolve(WORK);
        this.formats = Set.copyOf(formats);
        this.keepPlaceEvery = keepPlaceEvery;
        this.listener = listener;
    }

    /**
     * Runs to the end and writes the result.
     *
     * @throws StartException if another run writes to the folder, or the folder holds the beginning of another
     */
    public void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        try (FileChannel lockFile =
                FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock(lockFile);
            JsonNode begun = begun();
            // What was begun goes on with the ends that the topics had then.
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
            OpenFormats.write(work, out, result, formats);
            // Last: a folder with a manifest holds a whole run.
            RunFiles.writeManifest(out.resolve(RunFiles.MANIFEST), manifest);
        }
        clear();
    }

    /** Until the file is closed, or the process ends. */
    private void lock(FileChannel file) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new StartException("another replay is writing to " + out + "; give each a folder of its own");
        }
    }

    /** The manifest of the run that was begun in this folder, or null. */
    private JsonNode begun() throws IOException {
        if (!Files.exists(work.resolve(BEGUN))) {
            return null;
        }
        JsonNode begun = ReplayPlan.read(work.resolve(BEGUN));
        if (!givenPlan.isLike(begun)) {
            throw new StartException(out + " holds the beginning of a replay with other settings or another selection; "
                    + "choose another folder, or delete " + work);
        }
        List<String> before = new ArrayList<>();
        begun.path(FORMATS).forEach(format -> before.add(format.asText()));
        if (!before.equals(formatNames())) {
            throw new StartException(out + " holds the beginning of a replay with --formats " + String.join(",", before)
                    + "; go on with the same, or delete " + work);
        }
        return begun;
    }

    private List<String> formatNames() {
        return formats.stream().sorted().map(Format::name).toList();
    }

    /** Reads and solves everything; gives what the manifest ends with. */
    private Map<String, Object> run(ReplayPlan plan, History history) throws IOException, InterruptedException {
        Path place = work.resolve(PLACE);
        wentOn = Files.exists(place);
        if (wentOn) {
            requireWhole(place);
        }
        try (DataInputStream saved = wentOn
                        ? new DataInputStream(new BufferedInputStream(Files.newInputStream(place), 1 << 16))
                        : null;
                RunResult found = new RunResult(work, formats, saved)) {
            result = found;
            ReplayState state = new ReplayState(history.partitions(), saved);
            try (InMemoryPipeline pipeline = new InMemoryPipeline(
                            plan.settings().get(Setting.MARKET),
                            plan.settings().model(),
                            plan.settings().correlate(),
                            plan.closesLast(history),
                            state.correlators(),
                            state.market(),
                            (finding, end) -> found.onFinding(finding));
                    History.Reading reading =
                            history.read(plan.selection(), plan.settings().timeLimit(plan.judgedAt()), saved)) {
                take(reading, pipeline, state);
                pipeline.end();
                return found.manifest(pipeline.open(), history.badLines());
            }
        }
    }

    private void take(History.Reading reading, InMemoryPipeline pipeline, ReplayState state)
            throws IOException, InterruptedException {
        long kept = System.nanoTime();
        Arrival arrival = reading.next();
        for (long taken = 1; arrival != null; taken++) {
            InputRecord record = arrival.input().record();
            boolean counts = record instanceof OrderEvent || record instanceof ScamContact;
            result.onRecord(counts ? arrival.time() : Arrival.NO_TIME);
            if (arrival.input().rejection().isPresent()) {
                pipeline.countBad(arrival.partition());
            } else {
                pipeline.accept(arrival.partition(), arrival.key(), record);
            }
            if (taken % LOOK_EVERY == 0) {
                if (System.nanoTime() - kept >= keepPlaceEvery.toNanos()) {
                    keepPlace(reading, pipeline, state);
                    kept = System.nanoTime();
                }
                listener.onProgress("Replaying", reading.done(), reading.total());
            }
            arrival = reading.next();
        }
        listener.onProgress("Replaying", reading.done(), reading.total());
    }

    private void keepPlace(History.Reading reading, InMemoryPipeline pipeline, ReplayState state)
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
    }

    /** The place ends with a checksum of what is before it: one that a full disk or a crash has cut is not gone on from. */
    private void requireWhole(Path place) throws IOException {
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
            throw new StartException(place + " is damaged, so the replay in " + out + " cannot go on; delete " + work
                    + " and start it again");
        }
    }

    private void clear() throws IOException {
        // First: without it nobody goes on from what is left here.
        Files.delete(work.resolve(BEGUN));
        try (var files = Files.list(work)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(work);
    }

    /** Whether it went on where an earlier run had been stopped. */
    public boolean wentOn() {
        return wentOn;
    }

    /** Records that were taken, those before it was stopped included. */
    public long read() {
        return result.read();
    }

    /** Every custodian with a touch, as of the last epoch in which it had one in the horizon. */
    public List<Suspect> suspects() {
        return result.suspects();
    }

    public List<Alert> alerts() {
        return result.alerts();
    }
}
