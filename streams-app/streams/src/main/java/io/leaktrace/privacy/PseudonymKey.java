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

    /** Of 32 random bytes, fewer than 20 are distinct once in 10^7 keys. */
    private static final int LEAST_DISTINCT_BYTES = 20;

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9]{1,16}):((?:[0-9a-fA-F]{2})+)");

    private static final String ALGORITHM = "HmacSHA256";

    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(
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
     * @throws PseudonymKeyException if it holds something else, if the key can be guessed, or if others than its owner can
     *     read the file; the message never has the key
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
            throw refused(file, "must be one line VERSION:KEY, the key in hexadecimal");
        }
        byte[] key = HexFormat.of().parseHex(parts.group(2));
        if (key.length < LEAST_KEY_BYTES) {
            throw refused(file, "has " + key.length + " bytes and needs at least " + LEAST_KEY_BYTES);
        }
        if (isGuessable(key)) {
            throw refused(file, "is not random: it repeats itself or is text");
        }
        return new PseudonymKey(parts.group(1), key);
    }

    /** A pipe, or a file system without permissions, has nobody to keep out. */
    private static void requirePrivate(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
            if (OF_OTHERS.contains(permission)) {
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
        return distinct < LEAST_DISTINCT_BYTES || printable == key.length;
    }

    private static PseudonymKeyException refused(Path file, String problem) {
        return new PseudonymKeyException("the pseudonym key in " + file + " " + problem
                + "; make one with: (umask 077; echo \"v1:$(openssl rand -hex 32)\" > " + file + ")");
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
