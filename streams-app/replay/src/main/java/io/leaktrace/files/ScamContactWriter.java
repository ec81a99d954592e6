package io.leaktrace.files;

import io.leaktrace.domain.ScamContact;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Writes scam contacts as JSON Lines, in the order they come. Not for use by several threads. */
public final class ScamContactWriter extends JsonLinesWriter<ScamContact> {

    /** Creates the file, or empties it. */
    public ScamContactWriter(Path file) throws IOException {
        super(new JsonLinesScamContact(), file);
    }

    /** Takes the stream over: closing the writer closes it. */
    public ScamContactWriter(OutputStream out) throws IOException {
        super(new JsonLinesScamContact(), out);
    }
}
