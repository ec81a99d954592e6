package io.leaktrace.imports;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.files.BadLineListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A public data set of orders that can be read as order events. None contains scam contacts. */
public interface PublicData {

    /** Name on the command line. */
    String name();

    /**
     * Reads the set's original files in a folder.
     *
     * @param events receives the events in the order of their time, then of their id
     * @param badLines receives every row that was left out
     * @throws IOException if a file is missing, cannot be read, or lacks a column
     */
    void read(Path dir, Consumer<OrderEvent> events, BadLineListener badLines) throws IOException;

    /** All data sets that can be imported. */
    static List<PublicData> all() {
        return List.of(new OlistImport(), new CompleteJourneyImport());
    }

    /**
     * The data set of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists all names
     */
    static PublicData named(String name) {
        return all().stream()
                .filter(data -> data.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no data set '" + name + "'; there are "
                        + all().stream().map(PublicData::name).collect(Collectors.joining(", "))));
    }
}
