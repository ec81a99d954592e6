package io.leaktrace.runs;

import io.leaktrace.avro.LeakAlert;
import io.leaktrace.avro.LeakEvidence;
import io.leaktrace.avro.LeakExplanation;
import io.leaktrace.avro.LeakSuspect;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Campaign;
import io.leaktrace.domain.Campaigns;
import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Unmatched;
import io.leaktrace.wire.AvroConversion;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The findings of a replay so far. Suspects, alerts and contacts with traces are held until the end; epochs and evidence, of which there may
 * be many, are written directly to files if a format needs them.
 */
public final class RunResult implements AutoCloseable {

    /** Of a record that does not count for the time span of a run. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final String EPOCHS = "epochs.ndjson";
    private static final String EVIDENCE = "evidence.ndjson";

    private final TreeMap<Custodian, Suspect> suspects = new TreeMap<>();
    private final TreeMap<Custodian, Explanation> explanations = new TreeMap<>();
    private final List<Alert> alerts = new ArrayList<>();

    /** Of contacts with traces: their latest attribution record, without the orders. */
    private final TreeMap<ContactKey, Evidence> traced = new TreeMap<>();

    private final Map<Custodian, Custodian> tracedCustodians = new HashMap<>();

    private InputCounts counts = InputCounts.NONE;
    private Unmatched unmatched = Unmatched.NONE;

    /** Whether the latest epoch was in the learning period. */
    private boolean learning;

    /** End of the learning period as of the latest epoch; null without one. */
    private Instant learningUntil;

    private long read;
    private long earliest = Long.MAX_VALUE;
    private long latest = Long.MIN_VALUE;
    /** Null, as is {@link #evidence}, if no format needs it. */
    private final Ndjson epochs;

    private final Ndjson evidence;

    /**
     * @param work folder for unfinished files
     * @param saved output of {@link #save}, or null
     */
    public RunResult(Path work, Set<RunFormat> formats, DataInputStream saved) throws IOException {
        long epochsLength = 0;
        long evidenceLength = 0;
        if (saved != null) {
            restore(saved);
            epochsLength = saved.readLong();
            evidenceLength = saved.readLong();
        }
        boolean all = formats.contains(RunFormat.NDJSON) || formats.contains(RunFormat.PARQUET);
        epochs = all ? new Ndjson(work.resolve(EPOCHS), epochsLength) : null;
        evidence = all ? new Ndjson(work.resolve(EVIDENCE), evidenceLength) : null;
    }

    /** Counts a record; {@code time} is {@link #NO_TIME} if it does not belong to the span of event times. */
    public void onRecord(long time) {
        read++;
        if (time != NO_TIME) {
            earliest = Math.min(earliest, time);
            latest = Math.max(latest, time);
        }
    }

    public void onFinding(Finding finding) {
        if (finding instanceof Suspect suspect) {
            suspects.put(suspect.custodian(), suspect);
        } else if (finding instanceof Explanation explanation) {
            explanations.put(explanation.custodian(), explanation);
        } else if (finding instanceof Alert alert) {
            alerts.add(alert);
        } else if (finding instanceof Epoch epoch) {
            counts = counts.plus(epoch.counts());
            unmatched = unmatched.plus(epoch.unmatched());
            learning = epoch.learning();
            learningUntil = epoch.learningUntil();
            write(epochs, RunSchema.EPOCHS, epoch);
        } else if (finding instanceof Evidence shared) {
            if (shared.traces().any()) {
                traced.put(shared.contactKey(), shared.withoutOrders(tracedCustodians));
            }
            write(evidence, RunSchema.EVIDENCE, shared);
        }
    }

    private static <T> void write(Ndjson file, FindingTable<T> table, T finding) {
        if (file == null) {
            return;
        }
        try {
            file.write(table.row(finding));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Suspect> suspects() {
        return suspects.values().stream().sorted(Suspect.RANKING).toList();
    }

    /** The latest explanation of each custodian, by name. */
    public Collection<Explanation> explanations() {
        return Collections.unmodifiableCollection(explanations.values());
    }

    public List<Alert> alerts() {
        return List.copyOf(alerts);
    }

    /**
     * Returns the campaigns of all contacts, those with most buyers first.
     *
     * @param callerGap as for {@link Campaigns#of}
     */
    public List<Campaign> campaigns(Duration callerGap) {
        return Campaigns.of(traced.values(), callerGap);
    }

    /** Returns the end of the learning period; null if the run ended after it, or without an epoch. */
    public Instant learningUntil() {
        return learning ? learningUntil : null;
    }

    /** Returns the number of contacts that quote an order which came after them. */
    public long quotedOrderLater() {
        return unmatched.quotedOrderLater();
    }

    /** Returns the number of contacts of all closed epochs. */
    public long contacts() {
        return counts.scamContacts();
    }

    public long read() {
        return read;
    }

    /** The last entries of the manifest; {@code open} has the counts of epochs that were not closed. */
    public Map<String, Object> manifest(InputCounts open, long badLines) {
        InputCounts all = counts.plus(open);
        Map<String, Object> span = new LinkedHashMap<>();
        boolean none = earliest > latest;
        span.put("from", none ? null : Instant.ofEpochMilli(earliest).toString());
        span.put("to", none ? null : Instant.ofEpochMilli(latest).toString());
        Map<String, Object> counted = new LinkedHashMap<>();
        counted.put("read", read);
        counted.put("bad", badLines + all.bad());
        counted.put("late", all.late());
        counted.put("expired", all.expired());
        counted.put("duplicate", all.duplicate());
        counted.put("unmatched", unmatched.total());
        counted.put("unmatchedNoOrderKnown", unmatched.noOrderKnown());
        counted.put("unmatchedOrderLater", unmatched.orderLater());
        counted.put("unmatchedOrderOutsideWindow", unmatched.orderOutsideWindow());
        counted.put("quotedOrderLater", unmatched.quotedOrderLater());
        counted.put("orderEvents", all.orderEvents());
        counted.put("scamContacts", all.scamContacts());
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("eventTime", span);
        manifest.put("learning", learning);
        manifest.put("learningUntil", learningUntil == null ? null : learningUntil.toString());
        manifest.put("counts", counted);
        return manifest;
    }

    /** Writes the findings for a checkpoint. */
    public void save(DataOutputStream out) throws IOException {
        out.writeInt(suspects.size());
        for (Suspect suspect : suspects.values()) {
            writeBytes(out, AvroConversion.toAvro(suspect).toByteBuffer());
        }
        out.writeInt(explanations.size());
        for (Explanation explanation : explanations.values()) {
            writeBytes(out, AvroConversion.toAvro(explanation).toByteBuffer());
        }
        out.writeInt(alerts.size());
        for (Alert alert : alerts) {
            writeBytes(out, AvroConversion.toAvro(alert).toByteBuffer());
        }
        out.writeInt(traced.size());
        for (Evidence contact : traced.values()) {
            writeBytes(out, AvroConversion.toAvro(contact).toByteBuffer());
        }
        for (long count : new long[] {
            counts.orderEvents(),
            counts.scamContacts(),
            counts.late(),
            counts.expired(),
            counts.duplicate(),
            counts.bad(),
            unmatched.total(),
            unmatched.noOrderKnown(),
            unmatched.orderLater(),
            unmatched.orderOutsideWindow(),
            unmatched.quotedOrderLater(),
            read,
            earliest,
            latest,
            learningUntil == null ? NO_TIME : learningUntil.toEpochMilli()
        }) {
            out.writeLong(count);
        }
        out.writeBoolean(learning);
        out.writeLong(epochs == null ? 0 : epochs.length());
        out.writeLong(evidence == null ? 0 : evidence.length());
    }

    private void restore(DataInputStream in) throws IOException {
        int known = in.readInt();
        for (int i = 0; i < known; i++) {
            Suspect suspect = AvroConversion.fromAvro(LeakSuspect.fromByteBuffer(readBytes(in)));
            suspects.put(suspect.custodian(), suspect);
        }
        int explained = in.readInt();
        for (int i = 0; i < explained; i++) {
            Explanation explanation = AvroConversion.fromAvro(LeakExplanation.fromByteBuffer(readBytes(in)));
            explanations.put(explanation.custodian(), explanation);
        }
        int raised = in.readInt();
        for (int i = 0; i < raised; i++) {
            alerts.add(AvroConversion.fromAvro(LeakAlert.fromByteBuffer(readBytes(in))));
        }
        int contacts = in.readInt();
        for (int i = 0; i < contacts; i++) {
            Evidence contact = AvroConversion.fromAvro(LeakEvidence.fromByteBuffer(readBytes(in)));
            traced.put(contact.contactKey(), contact.withoutOrders(tracedCustodians));
        }
        counts = new InputCounts(
                in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
        unmatched = new Unmatched(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
        read = in.readLong();
        earliest = in.readLong();
        latest = in.readLong();
        long until = in.readLong();
        learningUntil = until == NO_TIME ? null : Instant.ofEpochMilli(until);
        learning = in.readBoolean();
    }

    private static void writeBytes(DataOutputStream out, ByteBuffer bytes) throws IOException {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        out.writeInt(array.length);
        out.write(array);
    }

    private static ByteBuffer readBytes(DataInputStream in) throws IOException {
        byte[] array = new byte[in.readInt()];
        in.readFully(array);
        return ByteBuffer.wrap(array);
    }

    @Override
    public void close() throws IOException {
        if (epochs != null) {
            epochs.close();
            evidence.close();
        }
    }
}
