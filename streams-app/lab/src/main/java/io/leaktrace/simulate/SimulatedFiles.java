package io.leaktrace.simulate;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.files.OrderEventWriter;
import io.leaktrace.files.ScamContactWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writer of a simulation's files: {@code orders.jsonl}, {@code contacts.jsonl} and {@code truth.csv}
 * ({@code role,id,from,to}, {@code to} empty if the leak has no end). Equal markets give identical files.
 */
public final class SimulatedFiles {

    public static final String ORDERS = "orders.jsonl";
    public static final String CONTACTS = "contacts.jsonl";
    public static final String TRUTH = "truth.csv";

    private SimulatedFiles() {}

    /**
     * Writes all three files to a folder, which is created if it is missing.
     *
     * @throws IOException if one cannot be written, or another simulation is writing there
     */
    public static void write(SimulatedMarket market, Path dir) throws IOException {
        Files.createDirectories(dir);
        try (FileChannel truth = locked(dir);
                OrderEventWriter orders = new OrderEventWriter(dir.resolve(ORDERS))) {
            market.orderEvents(event -> write(orders, event));
            write(market.contacts(), dir, truth);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Writes contacts and truth, for existing orders; otherwise as {@link #write(SimulatedMarket, Path)}. */
    public static void write(SimulatedContacts contacts, Path dir) throws IOException {
        Files.createDirectories(dir);
        try (FileChannel truth = locked(dir)) {
            write(contacts, dir, truth);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(SimulatedContacts contacts, Path dir, FileChannel truth) throws IOException {
        try (ScamContactWriter reports = new ScamContactWriter(dir.resolve(CONTACTS))) {
            contacts.forEach(contact -> write(reports, contact));
        }
        writeTruth(contacts.truth(), truth);
    }

    /** The file of the truth, locked until it is closed, so that only one simulation writes to the folder. */
    private static FileChannel locked(Path dir) throws IOException {
        FileChannel truth = FileChannel.open(dir.resolve(TRUTH), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = truth.tryLock();
        } catch (OverlappingFileLockException e) {
            // Locked by another thread of this process.
        }
        if (lock == null) {
            truth.close();
            throw new IOException("another simulation is writing to " + dir + "; give each simulation its own folder");
        }
        truth.truncate(0);
        return truth;
    }

    private static void writeTruth(List<Leak> truth, FileChannel file) throws IOException {
        StringBuilder csv = new StringBuilder("role,id,from,to\n");
        for (Leak leak : truth) {
            csv.append(leak.custodian().role()).append(',');
            csv.append(csvField(SafeText.forSpreadsheet(leak.custodian().id()))).append(',');
            csv.append(leak.from()).append(',');
            csv.append(leak.to() == null ? "" : leak.to()).append('\n');
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(csv.toString());
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** A CSV field, in quotes if needed: ids of real custodians may contain any character. */
    private static String csvField(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static void write(OrderEventWriter writer, OrderEvent event) {
        try {
            writer.write(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(ScamContactWriter writer, ScamContact contact) {
        try {
            writer.write(contact);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
