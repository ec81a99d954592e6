package io.leaktrace.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Explanation;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The file of a run that explains the status of custodians: one {@link Explanation} per line, as JSON. */
public final class Explanations {

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .registerModule(new SimpleModule()
                    .addSerializer(Custodian.class, new CustodianWriter())
                    .addDeserializer(Custodian.class, new CustodianReader()))
            .addMixIn(Explanation.Disclosure.class, WithoutNull.class)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    /** What a custodian saw is left out if no order says it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private interface WithoutNull {}

    private Explanations() {}

    /** Writes them in the order given. */
    public static void write(Path file, Collection<Explanation> explanations) throws IOException {
        try (BufferedWriter lines = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            for (Explanation explanation : explanations) {
                lines.write(JSON.writeValueAsString(explanation));
                lines.write('\n');
            }
        }
    }

    /** All explanations of the file, in file order. */
    public static List<Explanation> read(Path file) throws IOException {
        List<Explanation> explanations = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                explanations.add(whole(JSON.readValue(line, Explanation.class)));
            }
        } catch (JsonProcessingException e) {
            throw damaged(file, explanations.size() + 1, e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw damaged(file, explanations.size() + 1, e.getMessage(), e);
        } catch (CharacterCodingException e) {
            throw damaged(file, explanations.size() + 1, "it is not in UTF-8", e);
        }
        return explanations;
    }

    private static IOException damaged(Path file, int line, String problem, Exception cause) {
        return new IOException(
                "cannot read " + file + " as the file of a run, at line " + line + ": " + problem, cause);
    }

    private static Explanation whole(Explanation read) {
        if (read == null
                || Stream.of(
                                read.custodian(),
                                read.asOf(),
                                read.days(),
                                read.leadTimes(),
                                read.disclosed(),
                                read.takenBy(),
                                read.incidents())
                        .anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a field of the explanation is missing");
        }
        return read;
    }

    private static final class CustodianWriter extends StdSerializer<Custodian> {
        private static final long serialVersionUID = 1;

        CustodianWriter() {
            super(Custodian.class);
        }

        @Override
        public void serialize(Custodian custodian, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(custodian.toString());
        }
    }

    private static final class CustodianReader extends StdDeserializer<Custodian> {
        private static final long serialVersionUID = 1;

        CustodianReader() {
            super(Custodian.class);
        }

        @Override
        public Custodian deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return Custodian.parse(json.getValueAsString());
        }
    }
}
