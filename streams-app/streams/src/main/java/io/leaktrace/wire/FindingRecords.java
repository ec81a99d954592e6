package io.leaktrace.wire;

import io.leaktrace.avro.EpochSummary;
import io.leaktrace.avro.LeakAlert;
import io.leaktrace.avro.LeakEvidence;
import io.leaktrace.avro.LeakExplanation;
import io.leaktrace.avro.LeakSuspect;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.Suspect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads and writes findings in the store that the API reads: the records of the topics in Avro's single-object encoding
 * (a marker, the schema's fingerprint and Avro binary), without a registry.
 */
public final class FindingRecords {

    private static final BinaryMessageDecoder<LeakSuspect> SUSPECTS = InternalRecords.decoder(LeakSuspect.class);
    private static final BinaryMessageDecoder<LeakAlert> ALERTS = InternalRecords.decoder(LeakAlert.class);
    private static final BinaryMessageDecoder<LeakEvidence> EVIDENCE = InternalRecords.decoder(LeakEvidence.class);
    private static final BinaryMessageDecoder<LeakExplanation> EXPLANATIONS =
            InternalRecords.decoder(LeakExplanation.class);
    private static final BinaryMessageDecoder<EpochSummary> EPOCHS = InternalRecords.decoder(EpochSummary.class);

    private FindingRecords() {}

    /** Returns a finding as bytes. */
    public static byte[] write(Finding finding) {
        SpecificRecord record = WireFormat.toAvro(finding);
        SpecificData model = SpecificData.getForClass(record.getClass());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try {
            new BinaryMessageEncoder<SpecificRecord>(model, record.getSchema()).encode(record, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write a " + record.getSchema().getName(), e);
        }
        return bytes.toByteArray();
    }

    public static Suspect readSuspect(byte[] bytes) {
        return AvroConversion.fromAvro(read(SUSPECTS, bytes));
    }

    public static Alert readAlert(byte[] bytes) {
        return AvroConversion.fromAvro(read(ALERTS, bytes));
    }

    public static Evidence readEvidence(byte[] bytes) {
        return AvroConversion.fromAvro(read(EVIDENCE, bytes));
    }

    public static Explanation readExplanation(byte[] bytes) {
        return AvroConversion.fromAvro(read(EXPLANATIONS, bytes));
    }

    public static Epoch readEpoch(byte[] bytes) {
        return AvroConversion.fromAvro(read(EPOCHS, bytes));
    }

    private static <T> T read(BinaryMessageDecoder<T> decoder, byte[] bytes) {
        try {
            return decoder.decode(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read a finding that was kept", e);
        }
    }
}
