package io.leaktrace.tables;

import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.fields.FieldValues;
import io.leaktrace.fields.OrderEventFields;
import io.leaktrace.fields.ScamContactFields;
import io.leaktrace.fields.TimeReader;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.files.FileFingerprint;
import io.leaktrace.files.InvalidRecordException;
import io.leaktrace.files.OrderedChunks;
import io.leaktrace.files.PreparedRecords;
import io.leaktrace.files.RecordSteps;
import io.leaktrace.files.TableSource;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.tables.DuckDb.Column;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Order events and contacts selected from tables by the SQL of a mapping. A statement whose columns contain
 * {@code occurred_at} gives order events, one with {@code contacted_at} gives contacts; before them may stand statements
 * that create views, tables or macros, and {@code SET TimeZone}. DuckDB runs them; it reads files of this machine only
 * and writes none.
 */
public final class SqlTables implements TableSource {

    private static final ZoneId UTC = ZoneId.of("UTC");

    private final List<Path> mappings;
    private final Path folder;
    private final ZoneId givenZone;
    private final Charset encoding;

    private final List<FileFingerprint> contents = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> shortcomings = new ArrayList<>();
    private ZoneId zone = UTC;
    private long ordersRead;

    /**
     * @param mappings files of SQL, not empty
     * @param zone of times without an offset; null for that of {@code SET TimeZone} in the mapping, or else UTC
     * @param encoding of text files without a byte-order mark; null to detect it
     */
    public SqlTables(List<Path> mappings, ZoneId zone, Charset encoding) {
        this(mappings, null, zone, encoding);
    }

    /**
     * As the other constructor.
     *
     * @param folder from which relative paths start; null for the folder of each mapping
     */
    public SqlTables(List<Path> mappings, Path folder, ZoneId zone, Charset encoding) {
        this.mappings = List.copyOf(mappings);
        this.folder = folder;
        this.givenZone = zone;
        this.encoding = encoding;
    }

    /** The encoding of this name; throws an IOException that says so if there is none. */
    public static Charset encoding(String name) throws IOException {
        return FileReferences.charset(name);
    }

    /** The zone of this name; throws an IOException that says so if there is none. */
    public static ZoneId zone(String name) throws IOException {
        try {
            ZoneId zone = ZoneId.of(name);
            if (zone.normalized() instanceof ZoneOffset offset && offset.getTotalSeconds() % 3600 != 0) {
                throw new IOException("the time zone '" + name + "' is no region and has no whole hours; name the "
                        + "region, as in Asia/Kolkata");
            }
            return zone;
        } catch (DateTimeException e) {
            throw new IOException(
                    "there is no time zone '" + name + "'; examples are Asia/Shanghai, +08:00 and UTC", e);
        }
    }

    @Override
    public void requireReadable() throws IOException {
        statements();
    }

    private List<MappingStatement> statements() throws IOException {
        List<MappingStatement> statements = new ArrayList<>();
        for (Path mapping : mappings) {
            if (!Files.exists(mapping)) {
                throw new IOException("--input: " + mapping + " does not exist");
            }
            if (Files.isDirectory(mapping)) {
                throw new IOException("--input: " + mapping + " is a folder; name a mapping, a file of SQL");
            }
            statements.addAll(MappingStatement.of(mapping, text(mapping)));
        }
        for (MappingStatement statement : statements) {
            if (!statement.isQuery() && !statement.isHelper() && statement.timeZone() == null) {
                throw statement.problem("a mapping has only SELECT, CREATE VIEW, TABLE or MACRO, SET VARIABLE and "
                        + "SET TimeZone = '…', but this statement begins with "
                        + statement.tokens().get(0).text());
            }
        }
        if (statements.stream().noneMatch(MappingStatement::isQuery)) {
            throw new IOException(
                    mappings.get(0) + " selects nothing: it needs a SELECT with a column 'occurred_at' for"
                            + " order events, one with 'contacted_at' for contacts, or both, each ended by a semicolon");
        }
        return statements;
    }

    private static String text(Path mapping) throws IOException {
        TextEncoding detected = TextEncoding.of(() -> Files.newInputStream(mapping), null);
        StringWriter text = new StringWriter();
        try (Reader reader = new InputStreamReader(Files.newInputStream(mapping), detected.charset())) {
            reader.transferTo(text);
        }
        return text.toString();
    }

    @Override
    public void read(
            Pseudonyms pseudonyms,
            int threads,
            RecordSteps<OrderEvent, ?> events,
            RecordSteps<ScamContact, ?> contacts,
            BadLineListener badLines)
            throws IOException {
        contents.clear();
        notes.clear();
        shortcomings.clear();
        ordersRead = 0;
        List<MappingStatement> statements = statements();
        boolean isZoneGiven = zoneOf(statements);
        for (Path mapping : mappings) {
            contents.add(FileFingerprint.of(mapping));
        }
        try (DuckDb db = DuckDb.open(zone, threads)) {
            DataFiles files = new DataFiles(db, encoding);
            Selection selection = new Selection(db, threads, pseudonyms, badLines);
            for (MappingStatement statement : statements) {
                Path from = folder != null
                        ? folder
                        : statement.file().toAbsolutePath().getParent();
                String sql = statement.timeZone() != null ? "" : FileReferences.resolved(statement, files, from);
                if (statement.isHelper()) {
                    try {
                        db.execute(sql);
                    } catch (SQLException e) {
                        throw statement.problem(DuckDb.line(e), DuckDb.reason(e), e);
                    }
                } else if (statement.isQuery()) {
                    selection.run(statement, sql, events, contacts);
                }
            }
            files.bad().forEach(badLines::onBadLine);
            contents.addAll(files.contents());
            shortcomings.addAll(files.shortcomings());
            files.encodings().forEach((file, found) -> {
                if (!found.charset().equals(StandardCharsets.UTF_8) || found.damaged()) {
                    notes.add(file.getFileName() + " is read as " + found
                            + (found.damaged() ? ", but has bytes that are not" : "")
                            + (found.detected() ? " (detected; --encoding sets another)." : "."));
                }
            });
            selection.note(isZoneGiven);
        }
    }

    /** Sets the zone; returns whether anybody gave one. */
    private boolean zoneOf(List<MappingStatement> statements) throws IOException {
        zone = givenZone != null ? givenZone : UTC;
        boolean isGiven = givenZone != null;
        for (MappingStatement statement : statements) {
            if (statement.timeZone() != null && givenZone == null) {
                try {
                    zone = zone(statement.timeZone());
                } catch (IOException e) {
                    throw statement.problem(1, e.getMessage(), e);
                }
                isGiven = true;
            }
        }
        return isGiven;
    }

    /** Rows, and the records that they are prepared as. */
    private record PreparedRows<R>(List<Object[]> rows, PreparedRecords<R> prepared) {}

    /** One reading of all statements. */
    private final class Selection {
        private final DuckDb db;
        private final int threads;
        private final Pseudonyms pseudonyms;
        private final BadLineListener badLines;
        private boolean hasOrders;
        private boolean hasCustodians;

        // Those of all threads, which count what they read.
        private final List<TimeReader> times = Collections.synchronizedList(new ArrayList<>());
        private final List<OrderEventFields> orderFields = Collections.synchronizedList(new ArrayList<>());
        private final List<ScamContactFields> contactFields = Collections.synchronizedList(new ArrayList<>());

        Selection(DuckDb db, int threads, Pseudonyms pseudonyms, BadLineListener badLines) {
            this.db = db;
            this.threads = threads;
            this.pseudonyms = pseudonyms;
            this.badLines = badLines;
        }

        private TimeReader newTimes() {
            TimeReader reader = new TimeReader(zone, TableColumns.OTHER_TIMES);
            times.add(reader);
            return reader;
        }

        private Reader<OrderEvent> orderReader() {
            OrderEventFields fields = new OrderEventFields(newTimes());
            orderFields.add(fields);
            return values -> pseudonyms.of(fields.read(values));
        }

        private Reader<ScamContact> contactReader() {
            ScamContactFields fields = new ScamContactFields(newTimes(), pseudonyms);
            contactFields.add(fields);
            return fields::read;
        }

        void run(
                MappingStatement statement,
                String sql,
                RecordSteps<OrderEvent, ?> events,
                RecordSteps<ScamContact, ?> contacts)
                throws IOException {
            // On a line of its own, since the statement may end with a comment.
            String source = "(\n" + sql + "\n)";
            try {
                List<Column> columns = db.columns("SELECT * FROM " + source);
                Set<String> names = new TreeSet<>();
                columns.forEach(column -> names.add(TableColumns.simplified(column.name())));
                boolean isOrders = names.contains(TableColumns.simplified(OrderEventFields.TIME));
                boolean isContacts = names.contains(TableColumns.simplified(ScamContactFields.TIME));
                if (isOrders == isContacts) {
                    throw statement.problem((isOrders
                                    ? "it has both columns, 'occurred_at' and 'contacted_at'"
                                    : "it has neither a column 'occurred_at', for order events, nor 'contacted_at', for"
                                            + " contacts")
                            + "; its columns are "
                            + String.join(
                                    ", ", columns.stream().map(Column::name).toList()));
                }
                TableColumns fields =
                        new TableColumns(columns, isOrders ? OrderEventFields.FIELDS : ScamContactFields.FIELDS);
                require(statement, fields, isOrders ? OrderEventFields.REQUIRED : ScamContactFields.REQUIRED);
                if (!fields.unused().isEmpty()) {
                    notes.add("Not used, in " + statement.place() + " of "
                            + statement.file().getFileName() + ": "
                            + (fields.unused().size() == 1 ? "the column " : "the columns ")
                            + String.join(", ", fields.unused()) + ".");
                }
                String query = "SELECT " + fields.selection() + " FROM " + source;
                if (isOrders) {
                    hasOrders = true;
                    hasCustodians |= OrderEventFields.nameCustodians(fields::has);
                    OrderEventFields keys = new OrderEventFields(newTimes());
                    ordersRead += rows(statement, query, fields, this::orderReader, keys::key, events);
                } else {
                    ScamContactFields keys = new ScamContactFields(newTimes(), pseudonyms);
                    rows(statement, query, fields, this::contactReader, keys::key, contacts);
                }
            } catch (TableRows.QueryException e) {
                throw failed(statement, e.problem());
            } catch (SQLException e) {
                throw failed(statement, e);
            }
        }

        private static IOException failed(MappingStatement statement, SQLException e) {
            // The query begins on the second line of what DuckDB read.
            return statement.problem(Math.max(1, DuckDb.line(e) - 1), DuckDb.reason(e), e);
        }

        private static void require(MappingStatement statement, TableColumns fields, List<String> required)
                throws IOException {
            for (String field : required) {
                if (!fields.has(field)) {
                    throw statement.problem("it has no column '" + field + "'; select one, as in: SELECT customer AS "
                            + field + ", …"
                            + (fields.unused().isEmpty()
                                    ? ""
                                    : " (it has, without use: " + String.join(", ", fields.unused()) + ")"));
                }
            }
        }

        private interface Reader<T> {
            T read(FieldValues<RuntimeException> values) throws BadRecordException;
        }

        /** Reads all rows; returns the number of good ones. */
        private <T, R> long rows(
                MappingStatement statement,
                String query,
                TableColumns columns,
                Supplier<Reader<T>> readers,
                Function<FieldValues<RuntimeException>, String> key,
                RecordSteps<T, R> steps)
                throws SQLException, IOException {
            long[] count = new long[2];
            TableRows rows = db.rows(query, columns);
            try (OrderedChunks<List<Object[]>, PreparedRows<R>> chunks =
                    new OrderedChunks<>("read-rows", threads, rows, () -> {
                        Reader<T> reader = readers.get();
                        Function<T, R> prepare = steps.prepare().get();
                        return chunk -> prepared(chunk, columns, reader, prepare);
                    })) {
                Consumer<R> counted = record -> {
                    steps.accept().accept(record);
                    count[0]++;
                };
                try {
                    for (PreparedRows<R> read = chunks.next(); read != null; read = chunks.next()) {
                        List<Object[]> chunk = read.rows;
                        read.prepared.deliver(counted, (index, reason) -> {
                            count[1]++;
                            badLines.onBadLine(new BadLine(
                                    statement.file(),
                                    count[0] + count[1],
                                    key.apply(columns.of(chunk.get(index))) + reason,
                                    statement.place()));
                        });
                    }
                } catch (RuntimeException | Error e) {
                    rows.cancel();
                    throw e;
                }
            }
            if (count[1] > count[0]) {
                shortcomings.add(String.format(
                        Locale.ROOT,
                        "%,d of the %,d rows of %s of %s could not be used; does it select the right columns?",
                        count[1],
                        count[0] + count[1],
                        statement.place(),
                        statement.file()));
            }
            return count[0];
        }

        private static <T, R> PreparedRows<R> prepared(
                List<Object[]> rows, TableColumns columns, Reader<T> reader, Function<T, R> prepare) {
            PreparedRecords<R> prepared = new PreparedRecords<>();
            for (int i = 0; i < rows.size(); i++) {
                try {
                    prepared.add(i, prepare.apply(reader.read(columns.of(rows.get(i)))));
                } catch (BadRecordException | InvalidRecordException e) {
                    prepared.addBad(i, e.getMessage());
                }
            }
            return new PreparedRows<>(rows, prepared);
        }

        /** Adds the notes on times and custodians. */
        void note(boolean isZoneGiven) {
            long local = times.stream().mapToLong(TimeReader::local).sum();
            long unclear = times.stream().mapToLong(TimeReader::unclear).sum();
            long orderDays =
                    orderFields.stream().mapToLong(OrderEventFields::days).sum();
            long contactDays =
                    contactFields.stream().mapToLong(ScamContactFields::days).sum();
            if (local > 0 && !isZoneGiven) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%,d times have no offset and are read as UTC; if they are local, give --time-zone, as in"
                                + " --time-zone Asia/Shanghai, or put SET TimeZone = 'Asia/Shanghai'; in front of the mapping.",
                        local));
            }
            if (unclear > 0) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%,d local times are unclear, as clocks were changed in %s: of a time that exists twice the"
                                + " earlier is taken, one that does not exist is moved forward.",
                        unclear,
                        zone));
            }
            if (orderDays > 0) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%,d order events have a date without a time; they are placed at the start of that day, %s.",
                        orderDays,
                        zone));
            }
            if (contactDays > 0) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%,d contacts have a date without a time; they are placed at the end of that day, %s.",
                        contactDays,
                        zone));
            }
            if (hasOrders && !hasCustodians) {
                notes.add("No order event has a custodian, so nobody can be suspected; select a column 'seller', "
                        + "'logistics_node', 'payment_channel', 'service_provider', 'platform' or 'custodians'.");
            }
        }
    }

    @Override
    public long ordersRead() {
        return ordersRead;
    }

    @Override
    public Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("timeZone", zone.getId());
        described.put("encoding", encoding == null ? "" : encoding.name());
        described.put("files", contents.stream().map(FileFingerprint::described).toList());
        return described;
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public List<String> shortcomings() {
        return List.copyOf(shortcomings);
    }
}
