package io.leaktrace.tables;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.FileTally;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The form of a JSON file: one array, or one object per line. */
final class JsonFile {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonFile() {}

    /**
     * Reads a file with one object per line; returns the numbers of good and bad lines.
     *
     * @param good receives all good lines; null if nobody needs them
     * @param badLines receives lines that are not an object
     */
    static FileTally readLines(Path file, Reader text, Writer good, Consumer<BadLine> badLines) throws IOException {
        BufferedReader lines = new BufferedReader(text, 1 << 16);
        long objects = 0;
        long bad = 0;
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String problem = problem(line);
            if (problem != null) {
                bad++;
                badLines.accept(new BadLine(file, number, problem));
                continue;
            }
            objects++;
            if (good != null) {
                good.write(line);
                good.write('\n');
            }
        }
        return new FileTally(file, objects, bad, 0);
    }

    /** Whether each object stands on a line of its own, judged by the first line that is not blank. */
    static boolean hasObjectPerLine(Reader text) throws IOException {
        BufferedReader lines = new BufferedReader(text, 1 << 16);
        String line = lines.readLine();
        while (line != null && line.isBlank()) {
            line = lines.readLine();
        }
        return line != null && line.stripLeading().startsWith("{") && problem(line) == null;
    }

    /** Why a line is not an object, or null if it is one. */
    private static String problem(String line) {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "not a JSON object";
            }
            parser.skipChildren();
            return parser.nextToken() == null ? null : "something follows the object on its line";
        } catch (JsonProcessingException e) {
            return "not JSON: " + e.getOriginalMessage().replaceAll("\\p{Cntrl}+", " ");
        } catch (IOException e) {
            return "not JSON";
        }
    }

    /** DuckDB's call that reads a file. Times stay text: DuckDB would drop their offsets. */
    static String call(Path readable, boolean objectPerLine) {
        return "read_json(" + DuckDb.quoted(readable.toString()) + ", format = '"
                + (objectPerLine ? "newline_delimited" : "auto")
                + "', sample_size = -1, dateformat = 'none', timestampformat = 'none', maximum_object_size = 268435456)";
    }
}
