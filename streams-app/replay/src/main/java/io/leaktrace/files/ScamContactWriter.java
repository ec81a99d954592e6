package io.leaktrace.files;

import io.leaktrace.domain.ScamContact;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Writer of scam contacts as JSON Lines, in the order of its calls. Not thread-safe. */
public final class ScamContactWriter extends JsonLinesWriter<ScamContact> {

    /** Creates the file, or empties it. */
    public ScamContactWriter(Path file) throws IOException {
        super(new JsonLinesScamContact(), file);
    }

    /** Writes to the stream, which is closed with the writer. */
    public ScamContactWriter(OutputStream out) throws IOException {
        super(new JsonLinesScamContact(), out);
    }
}
