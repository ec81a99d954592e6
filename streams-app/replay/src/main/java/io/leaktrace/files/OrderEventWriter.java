package io.leaktrace.files;

import io.leaktrace.domain.OrderEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Writer of order events as JSON Lines, in the order of its calls. Not thread-safe. */
public final class OrderEventWriter extends JsonLinesWriter<OrderEvent> {

    /** Creates the file, or empties it. */
    public OrderEventWriter(Path file) throws IOException {
        super(new JsonLinesOrderEvent(), file);
    }

    /** Writes to the stream, which is closed with the writer. */
    public OrderEventWriter(OutputStream out) throws IOException {
        super(new JsonLinesOrderEvent(), out);
    }
}
