package io.leaktrace.fields;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;

/** An id for a record without one, from its content: the same content has the same id, and so counts once. */
final class ContentId {

    private static final int DIGITS = 32;

    private final MessageDigest digest = DigestUtils.getSha256Digest();

    /** The first 32 hexadecimal digits of the SHA-256 of all parts with their lengths; a part may be null. */
    String of(Object... parts) {
        for (Object part : parts) {
            byte[] bytes = part == null ? null : part.toString().getBytes(StandardCharsets.UTF_8);
            digest.update(((bytes == null ? "-" : bytes.length) + ":").getBytes(StandardCharsets.US_ASCII));
            if (bytes != null) {
                digest.update(bytes);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }
}
