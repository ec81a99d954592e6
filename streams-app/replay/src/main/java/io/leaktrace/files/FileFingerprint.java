package io.leaktrace.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

    /** A new digest for SHA-256. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The identity of a regular file, which is read for it. */
    public static FileFingerprint of(Path file) throws IOException {
        MessageDigest digest = newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            long bytes = in.transferTo(OutputStream.nullOutputStream());
            return new FileFingerprint(
                    file.getFileName().toString(), bytes, HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** The form in which a manifest contains it. */
    public Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", file);
        described.put("bytes", bytes);
        described.put("sha256", sha256);
        return described;
    }
}
