package io.leaktrace.tables;

import io.leaktrace.files.BadLine;
import io.leaktrace.files.FileFingerprint;
import io.leaktrace.files.FileTally;
import io.leaktrace.files.OpenedFile;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * The data files that a mapping names. DuckDB reads them, or copies in UTF-8 without bad lines where it could not read
 * the file itself. Each file is hashed for the manifest.
 */
final class DataFiles {

    /** Formats of files that a mapping may name without a function. */
    enum Format {
        CSV,
        JSON,
        PARQUET
    }

    private static final String GLOB = "*?[";

    private final DuckDb db;
    private final Charset given;
    private final Map<Path, FileFingerprint> contents = new LinkedHashMap<>();
    private final Map<Path, TextEncoding> encodings = new LinkedHashMap<>();
    private final Map<String, String> views = new LinkedHashMap<>();
    private final Map<Path, Path> copies = new LinkedHashMap<>();
    /** Copies of pipes, which can be read only once. */
    private final Map<Path, Path> pipes = new LinkedHashMap<>();

    private final List<BadLine> bad = new ArrayList<>();
    private final Map<Path, CsvFile> csv = new LinkedHashMap<>();
    private final List<String> shortcomings = new ArrayList<>();

    /** @param given the encoding of all text files without a byte-order mark; null to detect it */
    DataFiles(DuckDb db, Charset given) {
        this.db = db;
        this.given = given;
    }

    /** All files with their hashes, in the order in which they were first named. */
    List<FileFingerprint> contents() {
        return List.copyOf(contents.values());
    }

    /** Lines of CSV and JSON files that were left out. */
    List<BadLine> bad() {
        return bad;
    }

    /** One sentence for each file of which more lines were left out than used. */
    List<String> shortcomings() {
        return shortcomings;
    }

    /** The files that are not UTF-8, with their encodings. */
    Map<Path, TextEncoding> encodings() {
        return encodings;
    }

    /** The form of a CSV file that a view reads. */
    CsvFile csv(Path file) {
        return csv.get(file);
    }

    /** Whether a name may stand for several files. */
    static boolean isGlob(String name) {
        return name.chars().anyMatch(character -> GLOB.indexOf(character) >= 0);
    }

    /**
     * The files of a name in SQL, sorted by path.
     *
     * @param name a path or a pattern with {@code *}, {@code ?}, {@code [a-z]} and {@code **}, relative to the folder
     * @return empty if there is none
     */
    static List<Path> find(Path folder, String name) throws IOException {
        Path literal = folder.resolve(name);
        if (Files.exists(literal) || !isGlob(name)) {
            return Files.exists(literal) ? List.of(literal) : List.of();
        }
        Path start = folder.resolve(name.substring(0, firstGlob(name)).replaceAll("[^/]*$", ""));
        String rest = name.substring(0, firstGlob(name)).replaceAll("^.*/", "") + name.substring(firstGlob(name));
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + rest);
        int depth = rest.contains("**")
                ? Integer.MAX_VALUE
                : (int) rest.chars().filter(c -> c == '/').count() + 1;
        try (Stream<Path> files = Files.walk(start, depth)) {
            return files.filter(file -> matcher.matches(start.relativize(file)) && !Files.isDirectory(file))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static int firstGlob(String name) {
        int first = 0;
        while (GLOB.indexOf(name.charAt(first)) < 0) {
            first++;
        }
        return first;
    }

    /**
     * The format of a file by its name.
     *
     * @throws IOException if it is unknown; the message says what to do
     */
    static Format format(Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceAll("\\.(gz|zst)$", "");
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return switch (extension) {
            case "csv", "tsv", "txt" -> Format.CSV;
            case "json", "jsonl", "ndjson" -> Format.JSON;
            case "parquet", "parq" -> Format.PARQUET;
            case "xlsx", "xls", "ods" -> throw new IOException(file + " is a spreadsheet; save the sheet as CSV");
            default ->
                throw new IOException("the format of " + file + " is not known by its name; use read_csv, "
                        + "read_json or read_parquet, or rename it");
        };
    }

    /**
     * Creates a view over files of one format; returns its name for SQL. The view has the files' base name, so that
     * columns may be qualified with it.
     *
     * @param files not empty
     * @param delimiter of CSV; null to find it
     * @param encoding of text; null to use the given one or to detect it
     * @param asText whether all columns of CSV are text
     */
    String view(List<Path> files, Format format, Character delimiter, Charset encoding, boolean asText)
            throws IOException, SQLException {
        String key = files + " " + format + " " + delimiter + " " + encoding + " " + asText;
        String known = views.get(key);
        if (known != null) {
            return known;
        }
        String schema = "file" + (views.size() + 1);
        String base = files.get(0).getFileName().toString().replaceAll("(?i)(\\.[a-z]+)?(\\.gz|\\.zst)?$", "");
        String name = schema + "." + DuckDb.identifier(base.isEmpty() ? "table" : base);
        db.execute("CREATE SCHEMA " + schema);
        db.execute("CREATE VIEW " + name + " AS " + body(files, format, delimiter, encoding, asText));
        views.put(key, name);
        return name;
    }

    private String body(List<Path> files, Format format, Character delimiter, Charset encoding, boolean asText)
            throws IOException {
        if (format == Format.PARQUET) {
            for (Path file : files) {
                prepareBinary(file);
            }
            String names =
                    files.stream().map(file -> DuckDb.quoted(file.toString())).collect(Collectors.joining(", "));
            return "FROM read_parquet([" + names + "], union_by_name = true, binary_as_string = true)";
        }
        List<String> calls = new ArrayList<>();
        if (format == Format.JSON) {
            for (Path file : files) {
                calls.add(prepareJson(file, encoding));
            }
        } else {
            for (Path file : files) {
                prepareCsv(file, delimiter, encoding);
            }
            Map<String, ColumnType> types = types(files);
            for (Path file : files) {
                CsvFile one = csv.get(file);
                List<ColumnType> own = one.names().stream()
                        .map(column -> types.get(column.toLowerCase(Locale.ROOT)))
                        .toList();
                calls.add(one.call(copies.getOrDefault(file, file), own, asText));
            }
        }
        return calls.stream().map(call -> "FROM " + call).collect(Collectors.joining(" UNION ALL BY NAME "));
    }

    /** The types of the columns of several files, which need not have the same ones in the same order. */
    private Map<String, ColumnType> types(List<Path> files) {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (Path file : files) {
            CsvFile one = csv.get(file);
            for (int column = 0; column < one.names().size(); column++) {
                types.merge(one.names().get(column).toLowerCase(Locale.ROOT), one.type(column), ColumnType::common);
            }
        }
        return types;
    }

    /** Prepares a file that a mapping reads with options of its own; returns the path for DuckDB. */
    Path plain(Path file, boolean isText) throws IOException {
        if (!isText) {
            prepareBinary(file);
            return copies.getOrDefault(file, file);
        }
        TextEncoding encoding = encoding(file, null);
        if (!encoding.isPlainUtf8() && !copies.containsKey(file)) {
            try (Reader text = text(file, encoding);
                    Writer copy = copy(file, ".txt")) {
                text.transferTo(copy);
            }
        }
        return copies.getOrDefault(file, file);
    }

    private void prepareBinary(Path file) throws IOException {
        if (!contents.containsKey(file)) {
            contents.put(file, FileFingerprint.of(file));
        }
    }

    private void prepareCsv(Path file, Character delimiter, Charset wanted) throws IOException {
        if (csv.containsKey(file)) {
            return;
        }
        TextEncoding encoding = encoding(file, wanted);
        CsvFile read;
        if (encoding.isPlainUtf8() && isReadableByDuckDb(file)) {
            List<BadLine> found = new ArrayList<>();
            try (Reader text = text(file, encoding)) {
                read = CsvFile.read(file, text, delimiter, null, found::add);
            }
            if (!read.isClean()) {
                copyCsv(file, encoding, delimiter, new ArrayList<>());
            }
            bad.addAll(found);
        } else {
            read = copyCsv(file, encoding, delimiter, bad);
        }
        csv.put(file, read);
        read.tally().shortcoming().ifPresent(shortcomings::add);
    }

    private CsvFile copyCsv(Path file, TextEncoding encoding, Character delimiter, List<BadLine> found)
            throws IOException {
        try (Reader text = text(file, encoding);
                Writer good = copy(file, ".csv")) {
            return CsvFile.read(file, text, delimiter, good, found::add);
        }
    }

    private String prepareJson(Path file, Charset wanted) throws IOException {
        TextEncoding encoding = encoding(file, wanted);
        boolean objectPerLine;
        try (Reader text = text(file, encoding)) {
            objectPerLine = JsonFile.hasObjectPerLine(text);
        }
        boolean plain = encoding.isPlainUtf8() && isReadableByDuckDb(file);
        if (!copies.containsKey(file)) {
            if (!objectPerLine && !plain) {
                try (Reader text = text(file, encoding);
                        Writer copy = copy(file, ".json")) {
                    text.transferTo(copy);
                }
            } else if (objectPerLine) {
                FileTally tally = null;
                if (plain) {
                    try (Reader text = text(file, encoding)) {
                        tally = JsonFile.readLines(file, text, null, bad::add);
                    }
                }
                if (tally == null) {
                    tally = copyJson(file, encoding, bad);
                } else if (tally.bad() > 0) {
                    copyJson(file, encoding, new ArrayList<>());
                }
                tally.shortcoming().ifPresent(shortcomings::add);
            }
        }
        return JsonFile.call(copies.getOrDefault(file, file), objectPerLine);
    }

    private FileTally copyJson(Path file, TextEncoding encoding, List<BadLine> found) throws IOException {
        try (Reader text = text(file, encoding);
                Writer good = copy(file, ".json")) {
            return JsonFile.readLines(file, text, good, found::add);
        }
    }

    /** Whether DuckDB recognises by the name whether a regular file is compressed. */
    private static boolean isReadableByDuckDb(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        byte[] first;
        try (InputStream in = Files.newInputStream(file)) {
            first = in.readNBytes(4);
        }
        boolean gzip = first.length > 1 && first[0] == 0x1F && (first[1] & 0xFF) == 0x8B;
        boolean zstd = first.length == 4
                && first[0] == 0x28
                && (first[1] & 0xFF) == 0xB5
                && first[2] == 0x2F
                && (first[3] & 0xFF) == 0xFD;
        String name = file.toString();
        return gzip == name.endsWith(".gz") && zstd == name.endsWith(".zst");
    }

    /** The encoding of a text file, which is hashed at the same time. */
    private TextEncoding encoding(Path file, Charset wanted) throws IOException {
        if (!contents.containsKey(file)) {
            Path readable = file;
            if (!Files.isRegularFile(file)) {
                readable = db.scratch().resolve("pipe" + contents.size());
                readable.toFile().deleteOnExit();
            }
            try (OpenedFile opened = new OpenedFile(file)) {
                if (readable != file) {
                    Files.copy(opened.in(), readable);
                    pipes.put(file, readable);
                } else {
                    opened.in().transferTo(OutputStream.nullOutputStream());
                }
                contents.put(file, opened.finish());
            } catch (EOFException | ZipException e) {
                throw new IOException(file + " cannot be decompressed to its end: " + e.getMessage(), e);
            }
        }
        TextEncoding known = encodings.get(file);
        if (known != null) {
            return known;
        }
        TextEncoding encoding;
        try {
            encoding = TextEncoding.of(() -> content(file), wanted != null ? wanted : given);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        if (!encoding.isPlainUtf8()) {
            encodings.put(file, encoding);
        }
        return encoding;
    }

    /** The content of a file, decompressed. */
    private InputStream content(Path file) throws IOException {
        OpenedFile opened = new OpenedFile(pipes.getOrDefault(file, file));
        return new BufferedInputStream(opened.in()) {
            @Override
            public void close() throws IOException {
                opened.close();
            }
        };
    }

    /** The text of a file, without a byte-order mark; invalid bytes become U+FFFD. */
    private Reader text(Path file, TextEncoding encoding) throws IOException {
        InputStream in = content(file);
        in.skipNBytes(encoding.markBytes());
        return new BufferedReader(new InputStreamReader(in, encoding.charset()));
    }

    private Writer copy(Path file, String extension) throws IOException {
        Path copy = db.scratch().resolve("copy" + (copies.size() + 1) + extension);
        copy.toFile().deleteOnExit();
        copies.put(file, copy);
        return Files.newBufferedWriter(copy, StandardCharsets.UTF_8);
    }

    /** The names of the files, for messages. */
    static String names(List<Path> files) {
        Set<String> names = new LinkedHashSet<>();
        files.forEach(file -> names.add(file.getFileName().toString()));
        return String.join(", ", names);
    }
}
