package io.leaktrace.privacy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret key that turns names into pseudonyms, with a version. Whoever has the pseudonyms but not the key cannot find
 * the names, not even by trying all phone numbers there are.
 *
 * <p>A pseudonym is {@code VERSION.TEXT}, TEXT being the first 128 bits of an HMAC-SHA256 (RFC 2104) in URL-safe Base64.
 * What the name is of goes into it, so that a buyer and a caller with the same number have different ones. The version is
 * there to be seen: pseudonyms under different keys never meet, so a buyer's orders and contacts need the same key.
 */
public final class PseudonymKey {

    /** Bytes of an HMAC that a pseudonym keeps: two names in 2^64 would share one. */
    private static final int KEPT_BYTES = 16;

    private static final int LEAST_KEY_BYTES = 32;

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9]{1,16}):((?:[0-9a-fA-F]{2})+)");

    private static final String ALGORITHM = "HmacSHA256";

    private final String version;
    private final byte[] key;

    private PseudonymKey(String version, byte[] key) {
        this.version = version;
        this.key = key;
    }

    /**
     * Reads a file of one line, {@code VERSION:KEY}, the key being at least 32 bytes in hexadecimal.
     *
     * @throws PseudonymKeyException if it holds something else; the message never has the key
     */
    public static PseudonymKey read(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new PseudonymKeyException("cannot read the pseudonym key in " + file + ": " + e.getMessage());
        }
        Matcher parts = LINE.matcher(text);
        if (!parts.matches()) {
            throw new PseudonymKeyException(
                    "the pseudonym key in " + file + " must be one line VERSION:KEY, the key in "
                            + "hexadecimal; make one with: echo \"v1:$(openssl rand -hex 32)\" > " + file);
        }
        byte[] key = HexFormat.of().parseHex(parts.group(2));
        if (key.length < LEAST_KEY_BYTES) {
            throw new PseudonymKeyException("the pseudonym key in " + file + " has " + key.length
                    + " bytes and needs at " + "least " + LEAST_KEY_BYTES);
        }
        return new PseudonymKey(parts.group(1), key);
    }

    /**
     * The pseudonym of a name.
     *
     * @param kind what the name is of, such as "buyer"
     */
    String pseudonym(String kind, String name) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(kind.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            byte[] full = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
            byte[] kept = Arrays.copyOf(full, KEPT_BYTES);
            return version + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(kept);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Says which key it is, and not what. */
    @Override
    public String toString() {
        return "pseudonym key " + version;
    }
}
