package io.leaktrace.files;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Identity of a file's content when it was read.
 *
 * @param file its name without folders, {@code -} for standard input
 * @param bytes its length on disk or through a pipe, before decompression
 * @param sha256 hash of these bytes, in hexadecimal digits
 */
public record FileFingerprint(String file, long bytes, String sha256) {

    /** The form in which a manifest contains it. */
    public Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", file);
        described.put("bytes", bytes);
        described.put("sha256", sha256);
        return described;
    }
}
