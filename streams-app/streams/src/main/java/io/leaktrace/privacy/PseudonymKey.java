package io.leaktrace.privacy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret key that turns names into pseudonyms, with a version. Without the key, pseudonyms cannot be reversed, not
 * even by trying all phone numbers.
 *
 * <p>A pseudonym is {@code VERSION.TEXT}, TEXT being the first 128 bits of an HMAC-SHA256 (RFC 2104) in URL-safe
 * Base64. The kind of name is part of the input, so that a buyer and a caller with the same number have different
 * pseudonyms. The version makes a change of key visible: pseudonyms under different keys never match, so a buyer's
 * orders and contacts need the same key.
 */
public final class PseudonymKey {

    /** Number of bytes of an HMAC in a pseudonym; a collision is expected among about 2^64 names. */
    private static final int KEPT_BYTES = 16;

    private static final int MIN_KEY_BYTES = 32;

    /** Minimum number of distinct bytes of a key; 32 random bytes have fewer with probability 10^-7. */
    private static final int MIN_DISTINCT_BYTES = 20;

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9]{1,16}):((?:[0-9a-fA-F]{2})+)");

    private static final String ALGORITHM = "HmacSHA256";

    private static final Set<PosixFilePermission> ACCESS_BY_OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final String version;
    private final byte[] key;

    private PseudonymKey(String version, byte[] key) {
        this.version = version;
        this.key = key;
    }

    /**
     * Reads a file of one line, {@code VERSION:KEY}, the key being at least 32 random bytes in hexadecimal.
     *
     * @throws PseudonymKeyException if the content is invalid, the key can be guessed, or users other than the owner
     *     can read the file; the message never contains the key
     */
    public static PseudonymKey read(Path file) {
        String text;
        try {
            requirePrivate(file);
            text = Files.readString(file, StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new PseudonymKeyException("cannot read the pseudonym key in " + file + ": " + e);
        }
        Matcher parts = LINE.matcher(text);
        if (!parts.matches()) {
            throw invalid(file, "must be one line VERSION:KEY, the key in hexadecimal");
        }
        byte[] key = HexFormat.of().parseHex(parts.group(2));
        if (key.length < MIN_KEY_BYTES) {
            throw invalid(file, "has " + key.length + " bytes and needs at least " + MIN_KEY_BYTES);
        }
        if (isGuessable(key)) {
            throw invalid(file, "is not random: it repeats itself or is text");
        }
        return new PseudonymKey(parts.group(1), key);
    }

    /** Checks that only the owner may access the file; skips pipes and file systems without permissions. */
    private static void requirePrivate(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
            if (ACCESS_BY_OTHERS.contains(permission)) {
                throw new PseudonymKeyException("the pseudonym key in " + file
                        + " is open to other users of this machine; close it with: chmod 600 " + file
                        + " (and make another key if another user may have read it)");
            }
        }
    }

    private static boolean isGuessable(byte[] key) {
        boolean[] seen = new boolean[256];
        int distinct = 0;
        int printable = 0;
        for (byte one : key) {
            int value = one & 0xff;
            distinct += seen[value] ? 0 : 1;
            seen[value] = true;
            printable += value >= ' ' && value <= '~' ? 1 : 0;
        }
        return distinct < MIN_DISTINCT_BYTES || printable == key.length;
    }

    private static PseudonymKeyException invalid(Path file, String problem) {
        return new PseudonymKeyException("the pseudonym key in " + file + " " + problem
                + "; make one with: (umask 077; echo \"v1:$(openssl rand -hex 32)\" > " + file + ")");
    }

    /**
     * Returns the pseudonym of a name.
     *
     * @param kind kind of name, such as "buyer"
     */
    String pseudonym(String kind, String name) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(kind.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            byte[] full = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
            byte[] truncated = Arrays.copyOf(full, KEPT_BYTES);
            return version + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(truncated);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Returns the version of the key, without the key. */
    @Override
    public String toString() {
        return "pseudonym key " + version;
    }
}
