package io.leaktrace.sources;

import io.leaktrace.domain.PropertiesText;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The mappings of the source topics, from a file of properties in UTF-8, whose names begin with the name of a topic.
 * {@code docs/topics.md} describes it.
 */
public final class SourceMappings {

    /** No source topics. */
    public static final SourceMappings NONE = new SourceMappings("", List.of());

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String sha256;
    private final List<SourceMapping> topics;

    private SourceMappings(String sha256, List<SourceMapping> topics) {
        this.sha256 = sha256;
        this.topics = topics;
    }

    /**
     * Reads a mapping file.
     *
     * @param orders names of the topics whose records become order events
     * @param contacts names of the topics whose records become scam contacts
     * @param problems receives every mistake in the file
     */
    public static SourceMappings read(Path file, Set<String> orders, Set<String> contacts, List<String> problems) {
        List<String> found = new ArrayList<>();
        List<SourceMapping> topics = List.of();
        String sha256 = "";
        try {
            byte[] content = Files.readAllBytes(file);
            sha256 = DigestUtils.sha256Hex(content);
            topics = new MappingParser(properties(content, found), orders, contacts, found).topics();
        } catch (CharacterCodingException e) {
            found.add("it is not in UTF-8");
        } catch (NoSuchFileException e) {
            found.add("there is no such file");
        } catch (IOException | IllegalArgumentException e) {
            found.add("it cannot be read: " + e.getMessage());
        }
        found.forEach(problem -> problems.add("mapping " + file + ": " + problem));
        return new SourceMappings(sha256, topics);
    }

    private static Map<String, String> properties(byte[] content, List<String> problems) throws IOException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
        Map<String, String> lines = PropertiesText.read(
                new StringReader(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text),
                name -> problems.add(name + ": it is set twice"));
        lines.replaceAll((name, value) -> value.strip());
        return lines;
    }

    /** Returns the SHA-256 of the file in hexadecimal digits; empty if there is none. */
    public String sha256() {
        return sha256;
    }

    /** In the order of the topics' names. */
    List<SourceMapping> topics() {
        return topics;
    }
}
