package io.leaktrace.tables;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The encoding of a text file.
 *
 * @param charset the encoding
 * @param markBytes length of the byte-order mark
 * @param damaged whether some bytes are not valid in this encoding
 * @param detected whether it was guessed from the text
 */
record TextEncoding(Charset charset, int markBytes, boolean damaged, boolean detected) {

    static final Charset GB18030 = Charset.forName("GB18030");

    private static final int BLOCK = 1 << 16;

    /** Bytes in which NULs are looked for, which only UTF-16 has in text. */
    private static final int FIRST_BYTES = 4096;

    /** Valid characters beyond ASCII for each invalid sequence from which on a file counts as merely damaged. */
    private static final int VALID_PER_INVALID = 10;

    /** The same for all characters, if no encoding fits. */
    private static final int CHARACTERS_PER_INVALID = 1000;

    /** Invalid sequences after which the rest of the file need not be read to exclude an encoding. */
    private static final int ENOUGH_INVALID = 10_000;

    boolean isPlainUtf8() {
        return charset.equals(StandardCharsets.UTF_8) && markBytes == 0 && !damaged;
    }

    /** Opens the content of a file. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    /**
     * Determines the encoding: that of the byte-order mark; else the given one; else UTF-16 if every second one of the
     * first bytes is often NUL; else UTF-8 if the whole file is valid, or nearly so; else GB18030, which includes GBK
     * and GB2312.
     *
     * @param given may be null
     * @throws IOException if the file is none of these
     */
    static TextEncoding of(Content content, Charset given) throws IOException {
        byte[] first;
        try (InputStream in = content.open()) {
            first = in.readNBytes(FIRST_BYTES);
        }
        if (startsWith(first, 0xEF, 0xBB, 0xBF)) {
            return new TextEncoding(
                    StandardCharsets.UTF_8, 3, count(content, StandardCharsets.UTF_8).invalid > 0, false);
        }
        if (startsWith(first, 0xFF, 0xFE)) {
            return new TextEncoding(StandardCharsets.UTF_16LE, 2, false, false);
        }
        if (startsWith(first, 0xFE, 0xFF)) {
            return new TextEncoding(StandardCharsets.UTF_16BE, 2, false, false);
        }
        if (given != null) {
            return new TextEncoding(given, 0, count(content, given).invalid > 0, false);
        }
        int[] nuls = new int[2];
        for (int at = 0; at < first.length; at++) {
            nuls[at & 1] += first[at] == 0 ? 1 : 0;
        }
        if (nuls[0] + nuls[1] > first.length / 8) {
            Charset utf16 = nuls[1] > nuls[0] ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
            return new TextEncoding(utf16, 0, false, true);
        }
        Count utf8 = count(content, StandardCharsets.UTF_8);
        if (utf8.invalid * VALID_PER_INVALID <= utf8.beyondAscii) {
            return new TextEncoding(StandardCharsets.UTF_8, 0, utf8.invalid > 0, true);
        }
        Count chinese = count(content, GB18030);
        if (chinese.invalid * VALID_PER_INVALID <= chinese.beyondAscii) {
            return new TextEncoding(GB18030, 0, chinese.invalid > 0, true);
        }
        if (utf8.invalid * CHARACTERS_PER_INVALID <= utf8.characters) {
            return new TextEncoding(StandardCharsets.UTF_8, 0, true, true);
        }
        throw new IOException("its text is neither UTF-8, UTF-16 nor GB18030 (GBK); give its encoding, as in"
                + " --encoding windows-1252");
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static final class Count {
        private long characters;
        private long beyondAscii;
        private long invalid;
    }

    private static Count count(Content content, Charset charset) throws IOException {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        Count count = new Count();
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
        CharBuffer chars = CharBuffer.allocate(BLOCK);
        try (InputStream in = content.open()) {
            boolean ended = false;
            while (!ended && count.invalid < ENOUGH_INVALID) {
                int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
                ended = read < 0;
                bytes.position(bytes.position() + Math.max(0, read)).flip();
                CoderResult result;
                do {
                    result = decoder.decode(bytes, chars, ended);
                    chars.flip();
                    count.characters += chars.remaining();
                    while (chars.hasRemaining()) {
                        count.beyondAscii += chars.get() >= 0x80 ? 1 : 0;
                    }
                    chars.clear();
                    if (result.isError()) {
                        count.invalid++;
                        bytes.position(bytes.position() + result.length());
                    }
                } while (result.isError() || result.isOverflow());
                bytes.compact();
            }
        }
        return count;
    }

    /** The name for messages. */
    @Override
    public String toString() {
        return charset.name();
    }

    /** Whether the bytes are those of a file that is no text. */
    static boolean isParquet(byte[] first) {
        return Arrays.equals(first, 0, Math.min(4, first.length), "PAR1".getBytes(StandardCharsets.US_ASCII), 0, 4);
    }
}
