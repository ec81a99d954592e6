package io.leaktrace.files;

import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.wire.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Files of order events and scam contacts. All files are read and checked before any record is sent or replayed; bad
 * lines are reported and left out. Each file is opened once, so that pipes work. Records that exceed a part of the heap
 * are kept in temporary files until this is closed.
 */
public final class InputFiles implements AutoCloseable {

    /** Bytes of a record's value. Brokers and producers accept about 1 MB by default, frame and key included. */
    private static final int MAX_RECORD_BYTES = 900_000;

    /** A number of threads: one for each core. */
    public static final int ALL_CORES = Runtime.getRuntime().availableProcessors();

    private final List<Path> orders;
    private final List<Path> contacts;
    private final Pseudonyms pseudonyms;
    private final TimeLimit limit;
    private final int threads;
    /** Null without a mapping. */
    private final TableSource tables;

    private final List<Found> foundInOrders = new ArrayList<>();
    private final List<Found> foundInContacts = new ArrayList<>();
    private final TimeSortedRecords orderEvents;
    private final TimeSortedRecords scamContacts;
    private long bad;
    private long read;

    /** The content of a file. */
    private record Found(FileFingerprint contents, FileTally tally) {}

    /** @param limit the latest event time that is accepted, since a line has no record time */
    public InputFiles(List<Path> orders, List<Path> contacts, TimeLimit limit) {
        this(orders, contacts, Pseudonyms.NONE, limit);
    }

    /**
     * @param orders may hold pipes, and {@code -} for standard input
     * @param contacts may hold the same
     * @param pseudonyms replace buyers and callers while lines are read
     * @param limit the latest event time that is accepted
     */
    public InputFiles(List<Path> orders, List<Path> contacts, Pseudonyms pseudonyms, TimeLimit limit) {
        this(orders, contacts, null, pseudonyms, limit, ALL_CORES);
    }

    /**
     * @param orders may hold pipes, and {@code -} for standard input
     * @param contacts may hold the same
     * @param tables further order events and contacts, or null
     * @param pseudonyms replace buyers and callers while lines are read
     * @param limit the latest event time that is accepted
     * @param threads number of threads that read and sort; the result does not depend on it
     */
    public InputFiles(
            List<Path> orders,
            List<Path> contacts,
            TableSource tables,
            Pseudonyms pseudonyms,
            TimeLimit limit,
            int threads) {
        this.tables = tables;
        this.orders = List.copyOf(orders);
        this.contacts = List.copyOf(contacts);
        this.pseudonyms = pseudonyms;
        this.limit = limit;
        this.threads = threads;
        this.orderEvents = new TimeSortedRecords(threads);
        this.scamContacts = new TimeSortedRecords(threads);
    }

    /**
     * Checks that all files exist and are readable.
     *
     * @throws IOException if one of them is not; the message says which, and what to do
     */
    public void requireReadable() throws IOException {
        Set<Object> readOnce = new HashSet<>();
        requireReadable("--orders", orders, readOnce);
        requireReadable("--contacts", contacts, readOnce);
        if (tables != null) {
            tables.requireReadable();
        }
    }

    private static void requireReadable(String option, List<Path> files, Set<Object> readOnce) throws IOException {
        for (Path file : files) {
            String named = option + ": " + OpenedFile.name(file);
            if (!OpenedFile.isStandardInput(file)) {
                if (!Files.exists(file)) {
                    throw new IOException(named + " does not exist");
                }
                if (Files.isDirectory(file)) {
                    throw new IOException(named + " is a folder; name the files in it");
                }
                if (!Files.isReadable(file)) {
                    throw new IOException(named + ": no permission to read it");
                }
            }
            boolean again = OpenedFile.isStandardInput(file) || !Files.isRegularFile(file);
            if (again && !readOnce.add(OpenedFile.identity(file))) {
                throw new IOException(named + " is named twice, but a pipe can be read only once");
            }
        }
    }

    /**
     * Reads the files. Lines that are not records, and implausible records, are reported and left out.
     *
     * @param receiver receives each record as well
     * @param readSoFar receives the number of records read, after each record and once before the first file is opened
     */
    public void read(
            WireFormat wire,
            String ordersTopic,
            String contactsTopic,
            Consumer<InputRecord> receiver,
            BadLineListener badLines,
            LongConsumer readSoFar)
            throws IOException {
        readEach(
                kept(orderEvents, wire::orderEvents, ordersTopic, receiver),
                kept(scamContacts, wire::scamContacts, contactsTopic, receiver),
                badLines,
                readSoFar);
        orderEvents.sort();
        scamContacts.sort();
    }

    /** A record in the form in which it is kept. */
    private record Kept<T>(T record, long time, byte[] key, byte[] value) {}

    /** The steps that keep records in a sorted collection and pass them on. */
    private static <T extends InputRecord> RecordSteps<T, Kept<T>> kept(
            TimeSortedRecords records,
            Supplier<Serializer<T>> serializers,
            String topic,
            Consumer<InputRecord> receiver) {
        return new RecordSteps<>(
                () -> {
                    Serializer<T> serializer = serializers.get();
                    return record -> new Kept<>(
                            record,
                            record.eventTime().toEpochMilli(),
                            record.key().getBytes(StandardCharsets.UTF_8),
                            notTooLarge(serializer.serialize(topic, record)));
                },
                kept -> {
                    records.add(kept.time, kept.key, kept.value);
                    receiver.accept(kept.record);
                });
    }

    /** Reads the files in the same way without keeping a record. */
    public void scan(Consumer<InputRecord> receiver, BadLineListener badLines, LongConsumer readSoFar)
            throws IOException {
        readEach(
                RecordSteps.<OrderEvent>inOrder(receiver::accept),
                RecordSteps.<ScamContact>inOrder(receiver::accept),
                badLines,
                readSoFar);
    }

    private void readEach(
            RecordSteps<OrderEvent, ?> orderSteps,
            RecordSteps<ScamContact, ?> contactSteps,
            BadLineListener badLines,
            LongConsumer readSoFar)
            throws IOException {
        requireReadable();
        readSoFar.accept(read);
        BadLineListener counting = line -> {
            bad++;
            badLines.onBadLine(line);
        };
        RecordSteps<OrderEvent, ?> events =
                checked(orderSteps, event -> RecordValidator.rejection(event, event.buyerId(), limit), readSoFar);
        RecordSteps<ScamContact, ?> reports = checked(
                contactSteps, contact -> RecordValidator.rejection(contact, contact.buyerId(), limit), readSoFar);
        for (Path file : orders) {
            long goodBefore = read;
            long badBefore = bad;
            FileFingerprint contents = JsonLines.readOrderEvents(file, threads, events.after(pseudonyms::of), counting);
            foundInOrders.add(new Found(contents, new FileTally(file, read - goodBefore, bad - badBefore, 0)));
        }
        for (Path file : contacts) {
            long goodBefore = read;
            long badBefore = bad;
            FileFingerprint contents =
                    JsonLines.readScamContacts(file, threads, reports.after(pseudonyms::of), counting);
            foundInContacts.add(new Found(contents, new FileTally(file, read - goodBefore, bad - badBefore, 0)));
        }
        if (tables != null) {
            tables.read(pseudonyms, threads, events, reports, counting);
        }
    }

    /** The same steps after validation, with counting. */
    private <T, R> RecordSteps<T, R> checked(
            RecordSteps<T, R> steps, Function<T, Optional<String>> rejection, LongConsumer readSoFar) {
        return new RecordSteps<>(
                () -> {
                    Function<T, R> prepare = steps.prepare().get();
                    return record -> {
                        rejection.apply(record).ifPresent(reason -> {
                            throw new InvalidRecordException(reason);
                        });
                        return prepare.apply(record);
                    };
                },
                prepared -> {
                    steps.accept().accept(prepared);
                    readSoFar.accept(++read);
                });
    }

    private static byte[] notTooLarge(byte[] value) {
        if (value.length > MAX_RECORD_BYTES) {
            throw new InvalidRecordException(String.format(
                    Locale.ROOT,
                    "the record has %,d bytes, more than the limit of %,d",
                    value.length,
                    MAX_RECORD_BYTES));
        }
        return value;
    }

    /**
     * Problems of whole files, one sentence each: files of which more lines were left out than used, and order files
     * without an order event. Complete once the files have been read.
     */
    public List<String> shortcomings() {
        List<String> shortcomings = Stream.concat(foundInOrders.stream(), foundInContacts.stream())
                .flatMap(found -> found.tally.shortcoming().stream())
                .collect(Collectors.toCollection(ArrayList::new));
        if (tables != null) {
            shortcomings.addAll(tables.shortcomings());
        }
        if (!orders.isEmpty() && shortcomings.isEmpty() && ordersRead() == 0) {
            shortcomings.add("There is no order event in "
                    + orders.stream().map(OpenedFile::name).collect(Collectors.joining(", ")) + ".");
        }
        return shortcomings;
    }

    private long ordersRead() {
        long inFiles =
                foundInOrders.stream().mapToLong(found -> found.tally.good()).sum();
        return tables == null ? inFiles : inFiles + tables.ordersRead();
    }

    /** Contents of the files of order events, in the order of the command line. */
    public List<FileFingerprint> orderContents() {
        return foundInOrders.stream().map(Found::contents).toList();
    }

    /** Contents of the files of contacts, in the order of the command line. */
    public List<FileFingerprint> contactContents() {
        return foundInContacts.stream().map(Found::contents).toList();
    }

    /** The mapping and its tables for a manifest; empty without a mapping. Complete once they have been read. */
    public Map<String, Object> tablesDescribed() {
        return tables == null ? Map.of() : tables.described();
    }

    /** Sentences about what was assumed while reading a mapping's tables. */
    public List<String> notes() {
        return tables == null ? List.of() : tables.notes();
    }

    public TimeSortedRecords orderEvents() {
        return orderEvents;
    }

    public TimeSortedRecords scamContacts() {
        return scamContacts;
    }

    /** Frees the memory and the disk space of the records. */
    @Override
    public void close() throws IOException {
        orderEvents.close();
        scamContacts.close();
    }

    /** Number of lines that were left out. */
    public long bad() {
        return bad;
    }

    /** Number of threads that read and sort. */
    public int threads() {
        return threads;
    }

    /** Number of records that were read. */
    public long read() {
        return read;
    }
}
