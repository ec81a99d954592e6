package io.leaktrace.runs;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** A file of rows as JSON, one object per line, UTF-8. */
final class Ndjson implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);

    private final FileChannel file;
    private final JsonGenerator generator;

    /**
     * Opens the file, or creates it if it is missing.
     *
     * @param length number of bytes to keep; the rest is truncated
     * @throws IOException if it is shorter than that
     */
    Ndjson(Path path, long length) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long found = file.size();
        if (found < length) {
            file.close();
            throw new IOException(path + " has " + found + " bytes where " + length + " were written: data are lost; "
                    + "delete " + path.toAbsolutePath().getParent() + " to start over");
        }
        file.truncate(length);
        file.position(length);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
        generator = JSON.getFactory().createGenerator(out, JsonEncoding.UTF8);
        generator.setRootValueSeparator(null);
    }

    void write(Map<String, Object> row) throws IOException {
        JSON.writeValue(generator, row);
        generator.writeRaw('\n');
    }

    /** Length of the file in bytes, after all writes. */
    long length() throws IOException {
        generator.flush();
        return file.position();
    }

    @Override
    public void close() throws IOException {
        generator.close();
    }
}
