package io.leaktrace.simulate;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.history.OrderEventWriter;
import io.leaktrace.history.ScamContactWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a simulation as files: {@code orders.jsonl}, {@code contacts.jsonl} and {@code truth.csv}
 * ({@code role,id,from,to}, {@code to} empty where a leak is still open). The same market gives the same bytes.
 */
public final class SimulatedFiles {

    public static final String ORDERS = "orders.jsonl";
    public static final String CONTACTS = "contacts.jsonl";
    public static final String TRUTH = "truth.csv";

    private SimulatedFiles() {}

    /** Writes all three files into a folder, which is made if need be. */
    public static void write(SimulatedMarket market, Path dir) throws IOException {
        Files.createDirectories(dir);
        try (OrderEventWriter orders = new OrderEventWriter(dir.resolve(ORDERS))) {
            market.orderEvents(event -> write(orders, event));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        write(market.contacts(), dir);
    }

    /** Writes contacts and truth, for orders that are in files already, into a folder, which is made if need be. */
    public static void write(SimulatedContacts contacts, Path dir) throws IOException {
        Files.createDirectories(dir);
        try (ScamContactWriter reports = new ScamContactWriter(dir.resolve(CONTACTS))) {
            contacts.forEach(contact -> write(reports, contact));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        writeTruth(contacts.truth(), dir.resolve(TRUTH));
    }

    private static void writeTruth(List<Leak> truth, Path file) throws IOException {
        StringBuilder csv = new StringBuilder("role,id,from,to\n");
        for (Leak leak : truth) {
            csv.append(leak.custodian().role()).append(',');
            csv.append(csvField(SafeText.forSpreadsheet(leak.custodian().id()))).append(',');
            csv.append(leak.from()).append(',');
            csv.append(leak.to() == null ? "" : leak.to()).append('\n');
        }
        Files.writeString(file, csv);
    }

    /** Ids of real custodians may hold anything, and so may need quotes, as they may look like formulas. */
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
