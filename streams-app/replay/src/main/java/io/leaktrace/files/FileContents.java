package io.leaktrace.files;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a file held when it was read, by which it is known again.
 *
 * @param file its name without folders, {@code -} for standard input
 * @param bytes its length as it stands on disk or came through a pipe, packed or not
 * @param sha256 hash of these bytes, in hexadecimal digits
 */
public record FileContents(String file, long bytes, String sha256) {

    /** As a manifest has it. */
    public Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", file);
        described.put("bytes", bytes);
        described.put("sha256", sha256);
        return described;
    }
}
