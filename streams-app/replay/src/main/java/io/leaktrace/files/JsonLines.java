package io.leaktrace.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Order events and scam contacts as JSON Lines: one object per line, UTF-8, times in ISO-8601. Lines need not be
 * sorted; blank lines and unknown fields are ignored. A line that cannot be read, or whose consumer throws an
 * {@link InvalidRecordException}, is reported and left out, and the rest is read. Files compressed with gzip or zstd are
 * decompressed; a file is opened once and read to its end, so it may be a pipe, or {@code -} for standard input.
 */
public final class JsonLines {

    private static final JsonFactory JSON =
            new JsonFactoryBuilder().rootValueSeparator("").build();

    private JsonLines() {}

    /**
     * Reads a file of order events, in the order of its lines.
     *
     * @return length and hash of the file
     * @throws IOException if the file cannot be read, or ends within a compressed block
     */
    public static FileFingerprint readOrderEvents(Path file, Consumer<OrderEvent> events, BadLineListener badLines)
            throws IOException {
        return readOrderEvents(file, InputFiles.ALL_CORES, RecordSteps.inOrder(events), badLines);
    }

    /**
     * Reads a file of order events.
     *
     * @param threads number of threads that read lines
     * @return length and hash of the file
     * @throws IOException if the file cannot be read, or ends within a compressed block
     */
    static FileFingerprint readOrderEvents(
            Path file, int threads, RecordSteps<OrderEvent, ?> events, BadLineListener badLines) throws IOException {
        return read(file, threads, new JsonLinesOrderEvent(), events, badLines);
    }

    /**
     * Reads a file of scam contacts, in the order of its lines.
     *
     * @return length and hash of the file
     * @throws IOException if the file cannot be read, or ends within a compressed block
     */
    public static FileFingerprint readScamContacts(Path file, Consumer<ScamContact> contacts, BadLineListener badLines)
            throws IOException {
        return readScamContacts(file, InputFiles.ALL_CORES, RecordSteps.inOrder(contacts), badLines);
    }

    /**
     * Reads a file of scam contacts.
     *
     * @param threads number of threads that read lines
     * @return length and hash of the file
     * @throws IOException if the file cannot be read, or ends within a compressed block
     */
    static FileFingerprint readScamContacts(
            Path file, int threads, RecordSteps<ScamContact, ?> contacts, BadLineListener badLines) throws IOException {
        return read(file, threads, new JsonLinesScamContact(), contacts, badLines);
    }

    /**
     * Reads one line.
     *
     * @throws BadRecordException if the line is not an order event; the message says why
     */
    public static OrderEvent parseOrderEvent(String line) throws BadRecordException {
        return parse(line, new JsonLinesOrderEvent());
    }

    /**
     * Reads one line.
     *
     * @throws BadRecordException if the line is not a scam contact; the message says why
     */
    public static ScamContact parseScamContact(String line) throws BadRecordException {
        return parse(line, new JsonLinesScamContact());
    }

    /** An order event as a line, without the line end. */
    public static String line(OrderEvent event) {
        return line(event, new JsonLinesOrderEvent());
    }

    /** A scam contact as a line, without the line end. */
    public static String line(ScamContact contact) {
        return line(contact, new JsonLinesScamContact());
    }

    static JsonFactory json() {
        return JSON;
    }

    private static <T, R> FileFingerprint read(
            Path file, int threads, JsonLinesRecord<T> form, RecordSteps<T, R> steps, BadLineListener badLines)
            throws IOException {
        LineChunks lines = new LineChunks(file);
        long line = 1;
        try (OrderedChunks<LineChunks.Chunk, PreparedLines<R>> chunks =
                new OrderedChunks<>("read-lines", threads, lines, () -> {
                    Function<T, R> prepare = steps.prepare().get();
                    return chunk -> prepared(chunk, form, prepare);
                })) {
            for (PreparedLines<R> read = chunks.next(); read != null; read = chunks.next()) {
                long firstLine = line;
                read.prepared.deliver(
                        steps.accept(),
                        (index, reason) -> badLines.onBadLine(new BadLine(file, firstLine + index, reason)));
                line += read.lineEnds;
            }
        } catch (LineChunks.UnreadableException e) {
            throw e.at(line);
        }
        return lines.contents();
    }

    /** The records of a chunk of lines, and its number of line ends. */
    private record PreparedLines<R>(PreparedRecords<R> prepared, int lineEnds) {}

    private static <T, R> PreparedLines<R> prepared(
            LineChunks.Chunk chunk, JsonLinesRecord<T> form, Function<T, R> prepare) {
        PreparedRecords<R> prepared = new PreparedRecords<>();
        int lineEnds = chunk.forEachLine((bytes, from, length, number) -> {
            try {
                if (length < 0) {
                    throw new BadRecordException("longer than " + LineChunks.LONGEST_LINE + " bytes");
                }
                prepared.add(number, prepare.apply(parse(bytes, from, length, form)));
            } catch (BadRecordException | InvalidRecordException e) {
                prepared.addBad(number, e.getMessage());
            }
        });
        return new PreparedLines<>(prepared, lineEnds);
    }

    private static <T> T parse(String line, JsonLinesRecord<T> form) throws BadRecordException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length, form);
    }

    private static <T> T parse(byte[] bytes, int from, int length, JsonLinesRecord<T> form) throws BadRecordException {
        try (JsonParser parser = JSON.createParser(bytes, from, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadRecordException("not a JSON object");
            }
            T record = form.read(parser);
            if (parser.nextToken() != null) {
                throw new BadRecordException("something follows the record on its line");
            }
            return record;
        } catch (JsonEOFException e) {
            throw new BadRecordException("not JSON: the line ends before the record does");
        } catch (JsonProcessingException e) {
            throw new BadRecordException("not JSON: " + JsonLinesFields.shortened(e.getOriginalMessage(), 200));
        } catch (IOException e) {
            // The bytes are in memory, so their content is the cause, for example broken UTF-32.
            throw new BadRecordException("not JSON: " + JsonLinesFields.shortened(e.getMessage(), 200));
        }
    }

    private static <T> String line(T record, JsonLinesRecord<T> form) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            form.write(record, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
