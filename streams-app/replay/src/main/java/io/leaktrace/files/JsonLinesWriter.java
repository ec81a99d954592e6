package io.leaktrace.files;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writer of records of one type, one per line. */
abstract class JsonLinesWriter<T> implements AutoCloseable {

    private final JsonLinesRecord<T> form;
    private final JsonGenerator generator;

    JsonLinesWriter(JsonLinesRecord<T> form, OutputStream out) throws IOException {
        this.form = form;
        this.generator = JsonLines.json().createGenerator(new BufferedOutputStream(out, 1 << 16), JsonEncoding.UTF8);
    }

    JsonLinesWriter(JsonLinesRecord<T> form, Path file) throws IOException {
        this(form, Files.newOutputStream(file));
    }

    /** Writes one record and a line end. */
    public final void write(T record) throws IOException {
        form.write(record, generator);
        generator.writeRaw('\n');
    }

    @Override
    public final void close() throws IOException {
        generator.close();
    }
}
