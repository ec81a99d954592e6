package io.leaktrace.files;

import io.leaktrace.domain.OrderEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Writes order events as JSON Lines, in the order they come. Not for use by several threads. */
public final class OrderEventWriter extends JsonLinesWriter<OrderEvent> {

    /** Creates the file, or empties it. */
    public OrderEventWriter(Path file) throws IOException {
        super(new JsonLinesOrderEvent(), file);
    }

    /** Takes the stream over: closing the writer closes it. */
    public OrderEventWriter(OutputStream out) throws IOException {
        super(new JsonLinesOrderEvent(), out);
    }
}
