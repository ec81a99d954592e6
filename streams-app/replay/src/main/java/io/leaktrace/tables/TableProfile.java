package io.leaktrace.tables;

import io.leaktrace.domain.BadRecordException;
import io.leaktrace.fields.TimeReader;
import io.leaktrace.tables.ColumnProfile.TimeForm;
import io.leaktrace.tables.DataFiles.Format;
import io.leaktrace.tables.DuckDb.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file, or several with the same columns, as a table with what its columns hold.
 *
 * @param name of the view in the mapping
 * @param view the view in the database in which it was profiled
 * @param files as given
 * @param format of the files
 * @param rows number of rows
 * @param encoding of a text file that is not UTF-8; else null
 */
record TableProfile(
        String name,
        String view,
        List<Path> files,
        Format format,
        long rows,
        TextEncoding encoding,
        List<ColumnProfile> columns) {

    private static final int SAMPLE_ROWS = 1000;

    /** Fields of a struct: {@code name TYPE}, the name with quotes if it needs them. */
    private static final Pattern STRUCT_FIELD =
            Pattern.compile("(?:\"((?:[^\"]|\"\")+)\"|(\\w+)) ([A-Z][A-Z ]*(?:\\[\\])?)");

    /** Forms of times that a mapping has to convert. Of each pair, the day stands first. */
    private static final List<String> FORMS =
            List.of("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%d %b %Y", "%b %d, %Y");

    private static final List<String> CLOCKS = List.of("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p");

    /** Profiles files of one format with the same columns. */
    static TableProfile of(DuckDb db, DataFiles data, List<Path> files, String name, ZoneId zone)
            throws IOException, SQLException {
        Format format = DataFiles.format(files.get(0));
        String view = data.view(files, format, null, null, true);
        List<ColumnProfile> columns = new ArrayList<>();
        for (Column column : db.columns("FROM " + view)) {
            String sql = DuckDb.identifier(column.name());
            String type = format == Format.CSV ? csvType(data, files, column.name()) : column.type();
            boolean isStruct = type.startsWith("STRUCT(");
            boolean isList = type.endsWith("[]");
            if (!isStruct || isList) {
                columns.add(profile(db, view, column.name(), sql, type, zone));
            }
            if (isStruct) {
                for (Column field : fields(type)) {
                    String inner = DuckDb.identifier(field.name());
                    columns.add(profile(
                            db,
                            view,
                            column.name() + "." + field.name(),
                            isList
                                    ? "list_transform(" + sql + ", lambda element: element." + inner + ")"
                                    : sql + "." + inner,
                            field.type() + (isList ? "[]" : ""),
                            zone));
                }
            }
        }
        long[] rows = new long[1];
        db.query("SELECT count(*) FROM " + view, row -> rows[0] = row.getLong(1));
        return new TableProfile(
                name, view, files, format, rows[0], data.encodings().get(files.get(0)), columns);
    }

    /** The simple fields of a struct, or of the structs of a list. */
    private static List<Column> fields(String type) {
        List<Column> found = new ArrayList<>();
        Matcher fields = STRUCT_FIELD.matcher(type.substring("STRUCT(".length(), type.lastIndexOf(')')));
        while (fields.find()) {
            String name =
                    fields.group(1) == null ? fields.group(2) : fields.group(1).replace("\"\"", "\"");
            found.add(new Column(name, fields.group(3).strip()));
        }
        return found;
    }

    /** The type of a column's values in all files. */
    private static String csvType(DataFiles data, List<Path> files, String column) {
        ColumnType type = null;
        for (Path file : files) {
            CsvFile csv = data.csv(file);
            type = ColumnType.common(type, csv.type(csv.names().indexOf(column)));
        }
        return type.sql();
    }

    private static ColumnProfile profile(DuckDb db, String view, String name, String sql, String type, ZoneId zone)
            throws IOException, SQLException {
        long[] counts = new long[2];
        db.query("SELECT count(" + sql + "), count(DISTINCT " + sql + ") FROM " + view, row -> {
            counts[0] = row.getLong(1);
            counts[1] = row.getLong(2);
        });
        List<String> sample = new ArrayList<>();
        db.query(
                "SELECT CAST(" + sql + " AS VARCHAR) FROM " + view + " WHERE " + sql + " IS NOT NULL LIMIT "
                        + SAMPLE_ROWS,
                row -> {
                    if (!row.getString(1).isBlank()) {
                        sample.add(row.getString(1).strip());
                    }
                });
        return new ColumnProfile(
                name, sql, type, counts[0], counts[1], sample, time(db, view, sql, type, sample, zone));
    }

    /** How the column is read as a time, or null. */
    private static TimeForm time(DuckDb db, String view, String sql, String type, List<String> sample, ZoneId zone)
            throws IOException, SQLException {
        if (sample.isEmpty() || type.endsWith("]")) {
            return null;
        }
        if (type.equals("TIMESTAMP WITH TIME ZONE")) {
            return new TimeForm(sql, false, false, "with an offset");
        }
        int times = 0;
        int days = 0;
        int midnights = 0;
        TimeReader reader = new TimeReader(ZoneOffset.UTC, TableColumns.OTHER_TIMES);
        for (String value : sample) {
            try {
                TimeReader.Span span = reader.read(value, "");
                times++;
                days += span.isDay() ? 1 : 0;
                midnights += span.first().atOffset(ZoneOffset.UTC).toLocalTime().equals(LocalTime.MIDNIGHT) ? 1 : 0;
            } catch (BadRecordException e) {
                continue;
            }
        }
        boolean isNumber = !type.startsWith("TIMESTAMP") && !type.equals("DATE") && !type.equals("VARCHAR");
        // Most numbers of ten digits are no times.
        if (times < 0.9 * sample.size() || isNumber && !isRecent(sample)) {
            return type.equals("VARCHAR") ? converted(db, view, sql) : null;
        }
        boolean isLocal = reader.local() > 0;
        if (days == times) {
            return new TimeForm(sql, true, true, "dates without a time");
        }
        if (midnights == times && isLocal) {
            String day = type.equals("TIMESTAMP") && !view.isEmpty() && !isCsvText(db, view, sql)
                    ? "CAST(" + sql + " AS DATE)"
                    : "regexp_replace(" + sql + ", '[ T].*$', '')";
            return new TimeForm(day, true, true, "all are midnight, so they are read as dates without a time");
        }
        return new TimeForm(sql, isLocal, false, isLocal ? "without an offset" : "with an offset");
    }

    private static boolean isCsvText(DuckDb db, String view, String sql) throws IOException, SQLException {
        return db.columns("SELECT " + sql + " AS c FROM " + view).get(0).type().equals("VARCHAR");
    }

    /** Whether all numbers, read as times, are from 2000 to 2100. */
    private static boolean isRecent(List<String> sample) {
        TimeReader reader = new TimeReader(ZoneOffset.UTC, TableColumns.OTHER_TIMES);
        for (String value : sample) {
            try {
                int year =
                        reader.read(value, "").first().atOffset(ZoneOffset.UTC).getYear();
                if (year < 2000 || year > 2100) {
                    return false;
                }
            } catch (BadRecordException e) {
                return false;
            }
        }
        return true;
    }

    /** The conversion of a form that a mapping does not read itself, if nine in ten values have it; or null. */
    private static TimeForm converted(DuckDb db, String view, String sql) throws IOException, SQLException {
        List<String> fitting = new ArrayList<>();
        for (String form : FORMS) {
            for (String clock : CLOCKS) {
                boolean[] fits = new boolean[1];
                db.query(
                        "SELECT count(try_strptime(" + sql + ", " + DuckDb.quoted(form + clock) + ")) >= 0.9 * count("
                                + sql + ") FROM " + view,
                        row -> fits[0] = row.getBoolean(1));
                if (fits[0]) {
                    fitting.add(form + clock);
                }
            }
        }
        if (fitting.isEmpty()) {
            return null;
        }
        String form = fitting.get(0);
        boolean isDay = !form.contains("%M");
        String at = "try_strptime(" + sql + ", " + DuckDb.quoted(form) + ")";
        String remark = fitting.size() == 1 ? "without an offset" : "EDIT if it is " + fitting.get(1) + ": both fit";
        return new TimeForm(isDay ? "CAST(" + at + " AS DATE)" : at, true, isDay, remark);
    }

    /** How the mapping reads the files. */
    String source(Path folder) {
        List<String> paths = files.stream()
                .map(file -> DuckDb.quoted(pathFrom(folder, file)))
                .toList();
        String path = paths.size() == 1 ? paths.get(0) : "[" + String.join(", ", paths) + "]";
        if (format == Format.CSV) {
            return "read_csv(" + path + ", all_varchar = true)";
        }
        return paths.size() == 1 ? path : (format == Format.JSON ? "read_json(" : "read_parquet(") + path + ")";
    }

    private static String pathFrom(Path folder, Path file) {
        if (file.isAbsolute()
                && !file.normalize().startsWith(folder.toAbsolutePath().normalize())) {
            return file.toString();
        }
        return folder.toAbsolutePath()
                .normalize()
                .relativize(file.toAbsolutePath().normalize())
                .toString();
    }

    /** The name of the first file, without its folder. */
    String fileName() {
        return files.get(0).getFileName().toString();
    }

    /** A description of the files, for a comment. */
    String described() {
        return String.format(Locale.ROOT, "%,d rows", rows) + (encoding == null ? "" : ", read as " + encoding);
    }
}
