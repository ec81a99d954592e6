package io.leaktrace.files;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * A file that is opened once and read from its first byte to its last, so that pipes and standard input ({@code -}) can
 * be read like files on disk. Content compressed with gzip or zstd, by its first bytes, is decompressed; the bytes of
 * the file are counted and hashed before decompression.
 */
public final class OpenedFile implements AutoCloseable {

    private static final int BUFFER = 1 << 16;
    /** Enough for the longest signature, which is that of tar. */
    private static final int FIRST_BYTES = 512;

    private static final Signature GZIP = new Signature("1F8B", 0, "a gzip file");
    private static final Signature ZSTD = new Signature("28B52FFD", 0, "a zstd file");

    /** Archives and compressions that are not supported. */
    private static final List<Signature> UNSUPPORTED = List.of(
            new Signature("504B0304", 0, "a zip archive"),
            new Signature("504B0506", 0, "a zip archive"),
            new Signature("7573746172", 257, "a tar archive"),
            new Signature("377ABCAF271C", 0, "a 7z archive"),
            new Signature("526172211A07", 0, "a rar archive"),
            new Signature("FD377A585A00", 0, "compressed with xz"),
            new Signature("425A68", 0, "compressed with bzip2"),
            new Signature("04224D18", 0, "compressed with lz4"),
            new Signature("50415231", 0, "a Parquet file"));

    /** Bytes that identify a file type. */
    private record Signature(String hex, int at, String name) {

        boolean isIn(byte[] first) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            return first.length >= at + bytes.length
                    && Arrays.equals(first, at, at + bytes.length, bytes, 0, bytes.length);
        }
    }

    private final Path file;
    private final Counted raw;
    private final InputStream content;

    /**
     * Opens the file.
     *
     * @throws IOException if it does not exist, is an archive, or does not match its file name extension
     */
    public OpenedFile(Path file) throws IOException {
        this.file = file;
        raw = new Counted(isStandardInput(file) ? System.in : Files.newInputStream(file));
        try {
            content = content();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    static boolean isStandardInput(Path file) {
        return file.toString().equals("-");
    }

    /** The name for messages. */
    public static String name(Path file) {
        return isStandardInput(file) ? "standard input" : file.toString();
    }

    /** A key that is equal for all names of a pipe: {@code -}, {@code /dev/stdin} and {@code /dev/fd/0} may be one. */
    static Object identity(Path file) {
        try {
            Path named = isStandardInput(file) ? Path.of("/dev/stdin") : file;
            Object key = Files.readAttributes(named, BasicFileAttributes.class).fileKey();
            return key == null ? file : key;
        } catch (IOException e) {
            return file;
        }
    }

    /** A gzip stream that reports data after its end. Java's ignores what it cannot read as a further member. */
    private static final class WholeGzip extends GZIPInputStream {
        private static final int TRAILER = 8;

        WholeGzip(InputStream compressed) throws IOException {
            super(compressed, BUFFER);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            if (read < 0 && !isAtEnd()) {
                throw new IOException("the data after that are not gzip");
            }
            return read;
        }

        /** Whether only zeros follow, with which tapes and disks pad a file. */
        private boolean isAtEnd() throws IOException {
            for (int at = len - inf.getRemaining() + TRAILER; at < len; at++) {
                if (buf[at] != 0) {
                    return false;
                }
            }
            int next = in.read();
            while (next == 0) {
                next = in.read();
            }
            return next < 0;
        }
    }

    private InputStream gunzip(InputStream compressed) throws IOException {
        try {
            return new WholeGzip(compressed);
        } catch (IOException e) {
            String problem = e.getMessage() == null ? "it ends too early" : e.getMessage();
            throw new IOException(name(file) + " is not a complete gzip file: " + problem, e);
        }
    }

    private InputStream content() throws IOException {
        BufferedInputStream compressed = new BufferedInputStream(raw, BUFFER);
        byte[] first;
        try {
            first = firstBytes(compressed);
        } catch (IOException e) {
            throw new IOException(name(file) + " cannot be read: " + e.getMessage(), e);
        }
        rejectArchive(first);
        String lowerCase = file.toString().toLowerCase(Locale.ROOT);
        InputStream decompressed;
        if (GZIP.isIn(first)) {
            decompressed = gunzip(compressed);
        } else if (ZSTD.isIn(first)) {
            decompressed = new ZstdInputStream(compressed);
        } else if (lowerCase.endsWith(".gz")) {
            throw new IOException(name(file) + " is not " + GZIP.name);
        } else if (lowerCase.endsWith(".zst")) {
            throw new IOException(name(file) + " is not " + ZSTD.name);
        } else {
            return compressed;
        }
        BufferedInputStream buffered = new BufferedInputStream(decompressed, BUFFER);
        try {
            rejectArchive(firstBytes(buffered));
        } catch (IOException e) {
            // The file is truncated; the reader reports the line at which it ends.
            if (e instanceof ArchiveException) {
                throw e;
            }
        }
        return buffered;
    }

    private static byte[] firstBytes(BufferedInputStream in) throws IOException {
        in.mark(FIRST_BYTES);
        try {
            return in.readNBytes(FIRST_BYTES);
        } finally {
            in.reset();
        }
    }

    private static final class ArchiveException extends IOException {
        private static final long serialVersionUID = 1;

        ArchiveException(String message) {
            super(message);
        }
    }

    private void rejectArchive(byte[] first) throws IOException {
        for (Signature signature : UNSUPPORTED) {
            if (signature.isIn(first)) {
                throw new ArchiveException(name(file) + " is " + signature.name
                        + ", which is not supported; unpack it and give its content as JSON Lines, plain or compressed "
                        + "with gzip or zstd");
            }
        }
    }

    /** The file's content, decompressed. */
    public InputStream in() {
        return content;
    }

    /** Reads the rest of the file; returns its length and hash. */
    public FileFingerprint finish() throws IOException {
        // Bytes after the compressed content belong to the file too.
        raw.transferTo(OutputStream.nullOutputStream());
        String name = isStandardInput(file) ? "-" : file.getFileName().toString();
        return new FileFingerprint(name, raw.count, HexFormat.of().formatHex(raw.digest.digest()));
    }

    @Override
    public void close() throws IOException {
        if (content != null && !isStandardInput(file)) {
            content.close();
        } else if (!isStandardInput(file)) {
            raw.close();
        }
    }

    /** A stream that counts and hashes the bytes read. */
    private static final class Counted extends FilterInputStream {
        private final MessageDigest digest = FileFingerprint.newDigest();
        private long count;
        private boolean ended;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = in.read(bytes, from, length);
            if (read > 0) {
                digest.update(bytes, from, read);
                count += read;
            }
            ended |= read < 0;
            return read;
        }

        @Override
        public long skip(long length) throws IOException {
            return readNBytes((int) Math.min(length, BUFFER)).length;
        }

        /** Not 0 before the end: a gzip stream reads a second member only if bytes are available. */
        @Override
        public int available() {
            return ended ? 0 : 1;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
