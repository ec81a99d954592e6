package io.leaktrace.wire;

import io.leaktrace.avro.internal.AtRiskChange;
import io.leaktrace.avro.internal.CustodianExposures;
import io.leaktrace.avro.internal.CustodianRecord;
import io.leaktrace.avro.internal.EpochCounts;
import io.leaktrace.avro.internal.MarketRecord;
import io.leaktrace.avro.internal.OrderCount;
import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.TouchColumns;
import io.leaktrace.domain.Verdict;
import io.leaktrace.localize.CustodianState;
import io.leaktrace.localize.LeadTimes;
import io.leaktrace.localize.LeakChain;
import io.leaktrace.localize.MarketState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads and writes the records of Leaktrace's repartition topic and state stores, in Avro's single-object encoding: a
 * marker, the schema's fingerprint and Avro binary, without a registry.
 */
public final class InternalRecords {

    /** Releases whose state this version reads; each has a folder in {@code schemas/released}. */
    static final List<String> RELEASES = List.of("0.1.0", "0.2.0");

    private static final BinaryMessageDecoder<io.leaktrace.avro.internal.Correlation> CORRELATIONS =
            decoder(io.leaktrace.avro.internal.Correlation.class);
    private static final BinaryMessageDecoder<CustodianRecord> CUSTODIANS = decoder(CustodianRecord.class);
    private static final BinaryMessageDecoder<MarketRecord> MARKETS = decoder(MarketRecord.class);

    private InternalRecords() {}

    /** Returns a decoder for records of a type as written by this version and by all releases. */
    static <T extends SpecificRecord> BinaryMessageDecoder<T> decoder(Class<T> type) {
        SpecificData model = SpecificData.getForClass(type);
        BinaryMessageDecoder<T> decoder = new BinaryMessageDecoder<>(model, model.getSchema(type));
        for (String release : RELEASES) {
            Schema schema = Schemas.released(release, type.getSimpleName());
            if (schema != null) {
                decoder.addSchema(schema);
            }
        }
        return decoder;
    }

    // Correlations.

    public static byte[] write(Correlation correlation) {
        return bytes(io.leaktrace.avro.internal.Correlation.getEncoder(), toAvro(correlation));
    }

    public static Correlation readCorrelation(byte[] bytes) {
        Object body = read(CORRELATIONS, bytes).getBody();
        if (body instanceof io.leaktrace.avro.internal.ContactEvidence contact) {
            return fromAvro(contact);
        }
        if (body instanceof io.leaktrace.avro.internal.Exposures exposures) {
            return fromAvro(exposures);
        }
        if (body instanceof io.leaktrace.avro.internal.Progress progress) {
            return fromAvro(progress);
        }
        if (body instanceof io.leaktrace.avro.internal.BuyerErased erased) {
            return new BuyerErased(erased.getBuyerId(), erased.getAt());
        }
        io.leaktrace.avro.internal.VerdictGiven verdict = (io.leaktrace.avro.internal.VerdictGiven) body;
        return new VerdictGiven(
                Custodian.parse(verdict.getCustodian()),
                Verdict.valueOf(verdict.getVerdict()),
                verdict.getAt(),
                verdict.getExpiresAt());
    }

    private static io.leaktrace.avro.internal.Correlation toAvro(Correlation correlation) {
        if (correlation instanceof ContactEvidence contact) {
            return new io.leaktrace.avro.internal.Correlation(toAvro(contact));
        }
        if (correlation instanceof Exposures exposures) {
            return new io.leaktrace.avro.internal.Correlation(toAvro(exposures));
        }
        if (correlation instanceof Progress progress) {
            return new io.leaktrace.avro.internal.Correlation(toAvro(progress));
        }
        if (correlation instanceof BuyerErased erased) {
            return new io.leaktrace.avro.internal.Correlation(
                    new io.leaktrace.avro.internal.BuyerErased(erased.buyerId(), erased.at()));
        }
        VerdictGiven verdict = (VerdictGiven) correlation;
        return new io.leaktrace.avro.internal.Correlation(new io.leaktrace.avro.internal.VerdictGiven(
                verdict.custodian().toString(), verdict.verdict().name(), verdict.at(), verdict.expiresAt()));
    }

    private static io.leaktrace.avro.internal.ContactEvidence toAvro(ContactEvidence contact) {
        return new io.leaktrace.avro.internal.ContactEvidence(
                contact.contactId(),
                contact.buyerId(),
                contact.contactedAt(),
                contact.reportedAt(),
                contact.disclosed(),
                contact.quotedOrderId(),
                contact.recentOrders(),
                contact.hoursAtRisk(),
                contact.touches().stream()
                        .map(touch -> new io.leaktrace.avro.internal.ContactTouch(
                                touch.custodian().toString(), touch.orderId(), touch.touchedAt()))
                        .toList(),
                contact.orderedBeforeWindow(),
                contact.source() == null ? null : contact.source().name(),
                contact.past().stream()
                        .map(past -> new io.leaktrace.avro.internal.PastCustodian(
                                past.custodian().toString(), past.weeks()))
                        .toList(),
                saw(contact.touches().stream().map(ContactTouch::saw).toList()),
                saw(contact.past().stream().map(PastCustodian::saw).toList()),
                contact.disclosedMark(),
                contact.touches().stream().allMatch(touch -> touch.mark() == 0)
                        ? List.of()
                        : contact.touches().stream().map(ContactTouch::mark).toList(),
                contact.touches().stream().allMatch(touch -> touch.accessedAt() == 0)
                        ? List.of()
                        : contact.touches().stream()
                                .map(ContactTouch::accessedAt)
                                .toList(),
                contact.past().stream().allMatch(past -> past.accessed() == 0)
                        ? List.of()
                        : contact.past().stream().map(PastCustodian::accessed).toList(),
                contact.dialled() == null ? null : contact.dialled().name(),
                contact.dialledOrderId(),
                contact.traces().caller(),
                contact.traces().payee(),
                contact.traces().link(),
                AvroConversion.toAvro(contact.traces().loss()),
                contact.decoy());
    }

    /** Returns what custodians saw; empty if all saw what their roles can know, which is the usual case. */
    private static List<Integer> saw(List<Integer> saw) {
        return saw.stream().allMatch(bits -> bits == Fields.OF_ROLE) ? List.of() : saw;
    }

    private static int saw(List<Integer> saw, int index) {
        return saw.isEmpty() ? Fields.OF_ROLE : saw.get(index);
    }

    private static ContactEvidence fromAvro(io.leaktrace.avro.internal.ContactEvidence contact) {
        List<ContactTouch> touches = new ArrayList<>(contact.getTouches().size());
        for (io.leaktrace.avro.internal.ContactTouch touch : contact.getTouches()) {
            touches.add(new ContactTouch(
                    Custodian.parse(touch.getCustodian()),
                    touch.getOrderId(),
                    touch.getTouchedAt(),
                    saw(contact.getSaw(), touches.size()),
                    contact.getMarks().isEmpty() ? 0 : contact.getMarks().get(touches.size()),
                    contact.getAccesses().isEmpty() ? 0 : contact.getAccesses().get(touches.size())));
        }
        List<PastCustodian> past = new ArrayList<>(contact.getPast().size());
        for (io.leaktrace.avro.internal.PastCustodian custodian : contact.getPast()) {
            past.add(new PastCustodian(
                    Custodian.parse(custodian.getCustodian()),
                    custodian.getWeeks(),
                    saw(contact.getSawPast(), past.size()),
                    contact.getAccessedPast().isEmpty()
                            ? 0
                            : contact.getAccessedPast().get(past.size())));
        }
        return new ContactEvidence(
                contact.getContactId(),
                contact.getBuyerId(),
                contact.getContactedAt(),
                contact.getReportedAt(),
                contact.getDisclosed(),
                contact.getQuotedOrderId(),
                contact.getSource() == null ? null : ReportSource.valueOf(contact.getSource()),
                contact.getOrderedBeforeWindow(),
                contact.getRecentOrders(),
                contact.getHoursAtRisk(),
                TouchColumns.of(touches),
                PastColumns.of(past),
                contact.getDisclosedMark(),
                contact.getDialled() == null ? null : Dialled.valueOf(contact.getDialled()),
                contact.getDialledOrderId(),
                new ContactTraces(
                        contact.getCaller(),
                        contact.getPayee(),
                        contact.getLink(),
                        AvroConversion.fromAvro(contact.getLoss())),
                contact.getDecoy());
    }

    private static io.leaktrace.avro.internal.Exposures toAvro(Exposures exposures) {
        List<AtRiskChange> atRisk = new ArrayList<>();
        for (int i = 0; i < exposures.atRisk().size(); i++) {
            int stratum = i;
            exposures
                    .atRisk()
                    .get(stratum)
                    .forEach((hour, change) -> atRisk.add(new AtRiskChange(stratum, hour, change)));
        }
        List<OrderCount> orders = new ArrayList<>();
        exposures.orders().forEach((bucket, count) -> orders.add(new OrderCount(bucket, count)));
        List<AtRiskChange> decoysAtRisk = new ArrayList<>();
        exposures.decoys().atRisk().forEach((hour, change) -> decoysAtRisk.add(new AtRiskChange(0, hour, change)));
        return new io.leaktrace.avro.internal.Exposures(
                toAvro(exposures.touches()),
                atRisk,
                orders,
                toAvro(exposures.accesses()),
                toAvro(exposures.decoys().touches()),
                toAvro(exposures.decoys().accesses()),
                decoysAtRisk);
    }

    private static List<CustodianExposures> toAvro(SortedMap<Custodian, SortedMap<Long, Integer>> counts) {
        List<CustodianExposures> written = new ArrayList<>();
        counts.forEach((custodian, buckets) -> written.add(new CustodianExposures(
                custodian.toString(), List.copyOf(buckets.keySet()), List.copyOf(buckets.values()))));
        return written;
    }

    private static void read(
            List<CustodianExposures> counts, SortedMap<Custodian, SortedMap<Long, Integer>> byCustodian) {
        for (CustodianExposures custodian : counts) {
            SortedMap<Long, Integer> buckets = new TreeMap<>();
            for (int i = 0; i < custodian.getBuckets().size(); i++) {
                buckets.put(custodian.getBuckets().get(i), custodian.getCounts().get(i));
            }
            byCustodian.put(Custodian.parse(custodian.getCustodian()), buckets);
        }
    }

    private static Exposures fromAvro(io.leaktrace.avro.internal.Exposures exposures) {
        Exposures read = Exposures.none();
        read(exposures.getTouches(), read.touches());
        read(exposures.getAccesses(), read.accesses());
        read(exposures.getDecoyTouches(), read.decoys().touches());
        read(exposures.getDecoyAccesses(), read.decoys().accesses());
        for (AtRiskChange change : exposures.getDecoysAtRisk()) {
            read.decoys().atRisk().put(change.getHour(), change.getChange());
        }
        for (AtRiskChange change : exposures.getAtRisk()) {
            read.atRisk().get(change.getStratum()).put(change.getHour(), change.getChange());
        }
        for (OrderCount order : exposures.getOrders()) {
            read.orders().put(order.getBucket(), order.getCount());
        }
        return read;
    }

    private static io.leaktrace.avro.internal.Progress toAvro(Progress progress) {
        List<EpochCounts> counted = new ArrayList<>();
        progress.counts()
                .forEach((epoch, counts) -> counted.add(new EpochCounts(
                        epoch,
                        counts.orderEvents(),
                        counts.scamContacts(),
                        counts.late(),
                        counts.expired(),
                        counts.duplicate(),
                        counts.bad())));
        return new io.leaktrace.avro.internal.Progress(
                progress.partition(), progress.reached(), progress.latest(), progress.atEnd(), counted);
    }

    private static Progress fromAvro(io.leaktrace.avro.internal.Progress progress) {
        SortedMap<Long, InputCounts> counted = new TreeMap<>();
        for (EpochCounts counts : progress.getCounts()) {
            counted.put(
                    counts.getEpoch(),
                    new InputCounts(
                            counts.getOrderEvents(),
                            counts.getScamContacts(),
                            counts.getLate(),
                            counts.getExpired(),
                            counts.getDuplicate(),
                            counts.getBad()));
        }
        return new Progress(
                progress.getPartition(), progress.getReached(), progress.getLatest(), progress.getAtEnd(), counted);
    }

    // States of the localizer.

    public static byte[] write(CustodianState state) {
        return bytes(
                CustodianRecord.getEncoder(),
                new CustodianRecord(
                        list(state.checkpoint().leaking()),
                        state.checkpoint().ended(),
                        state.checkpoint().scale(),
                        list(state.levels()),
                        state.levelsFrom(),
                        state.onset(),
                        state.status().name(),
                        state.firstAlertedAt(),
                        state.openAlert(),
                        state.escalated(),
                        state.verdict() == null ? null : state.verdict().name(),
                        state.verdictUntil()));
    }

    public static CustodianState readCustodianState(byte[] bytes) {
        CustodianRecord record = read(CUSTODIANS, bytes);
        return new CustodianState(
                new LeakChain.State(array(record.getLeaking()), record.getEnded(), record.getScale()),
                array(record.getLevels()),
                record.getLevelsFrom(),
                record.getOnset(),
                Suspect.Status.valueOf(record.getStatus()),
                record.getFirstAlertedAt(),
                record.getOpenAlert(),
                record.getEscalated(),
                record.getVerdict() == null ? null : Verdict.valueOf(record.getVerdict()),
                record.getVerdictUntil());
    }

    public static byte[] write(MarketState state) {
        return bytes(
                MarketRecord.getEncoder(),
                new MarketRecord(
                        state.firstDay(),
                        state.slidingFrom(),
                        state.closed(),
                        list(state.leadTimes().values()),
                        byName(state.commonSources())));
    }

    public static MarketState readMarketState(byte[] bytes) {
        MarketRecord record = read(MARKETS, bytes);
        return new MarketState(
                record.getFirstDay(),
                record.getRingFrom(),
                record.getClosed(),
                LeadTimes.Sample.of(array(record.getLeadTimes())),
                byRole(record.getCommonSources()));
    }

    private static SortedMap<String, Long> byName(SortedMap<Role, Long> byRole) {
        SortedMap<String, Long> byName = new TreeMap<>();
        byRole.forEach((role, onset) -> byName.put(role.name(), onset));
        return byName;
    }

    private static SortedMap<Role, Long> byRole(Map<String, Long> byName) {
        SortedMap<Role, Long> byRole = new TreeMap<>();
        byName.forEach((role, onset) -> byRole.put(Role.valueOf(role), onset));
        return byRole;
    }

    private static List<Double> list(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static <T> byte[] bytes(BinaryMessageEncoder<T> encoder, T record) {
        try {
            ByteBuffer buffer = encoder.encode(record);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new SerializationException("cannot write an internal record", e);
        }
    }

    private static <T> T read(BinaryMessageDecoder<T> decoder, byte[] bytes) {
        try {
            return decoder.decode(bytes);
        } catch (IOException | RuntimeException e) {
            throw new InternalRecordException(
                    "an internal record of Leaktrace cannot be read: its state is of another version, another "
                            + "program writes to its internal topics, or it is a bug of Leaktrace",
                    e);
        }
    }
}
