package io.leaktrace.imports;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.tables.SqlTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A public data set of orders that a mapping of the same name reads as order events. None contains scam contacts. */
public final class PublicData {

    private static final Comparator<OrderEvent> ORDER =
            Comparator.comparing(OrderEvent::occurredAt).thenComparing(OrderEvent::eventId);

    private final String name;

    private PublicData(String name) {
        this.name = name;
    }

    /** Name on the command line. */
    public String name() {
        return name;
    }

    /** All data sets that can be imported. */
    public static List<PublicData> all() {
        return List.of(new PublicData("olist"), new PublicData("completejourney"));
    }

    /**
     * The data set of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists all names
     */
    public static PublicData named(String name) {
        return all().stream()
                .filter(data -> data.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no data set '" + name + "'; there are "
                        + all().stream().map(PublicData::name).collect(Collectors.joining(", "))));
    }

    /**
     * Reads the set's original files in a folder.
     *
     * @param events receives the events in the order of their time, then of their id
     * @param badLines receives every row that was left out
     * @return sentences about files or statements of which more rows were left out than used
     * @throws IOException if a file is missing, cannot be read, or lacks a column
     */
    public List<String> read(Path dir, Consumer<OrderEvent> events, BadLineListener badLines) throws IOException {
        Path folder = Files.createTempDirectory("leaktrace-import-");
        Path mapping = folder.resolve(name + ".sql");
        try {
            try (InputStream shipped = PublicData.class.getResourceAsStream("/mappings/" + name + ".sql")) {
                Files.write(mapping, shipped.readAllBytes());
            }
            SqlTables tables = new SqlTables(List.of(mapping), dir, null, null);
            List<OrderEvent> read = new ArrayList<>();
            tables.read(Pseudonyms.NONE, read::add, contact -> {}, badLines);
            read.sort(ORDER);
            read.forEach(events);
            return tables.shortcomings();
        } finally {
            Files.deleteIfExists(mapping);
            Files.delete(folder);
        }
    }
}
