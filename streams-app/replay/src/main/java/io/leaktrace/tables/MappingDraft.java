package io.leaktrace.tables;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A first mapping for some files: SQL that guesses, by names, types and uniqueness, which columns are the fields of order
 * events and contacts. Each guess has a comment; what was not found has one that says what to do.
 */
public final class MappingDraft {

    private static final String EDIT = DraftSelect.EDIT;

    /** Parts of a file's name that mark a list of contacts. */
    private static final List<String> CONTACT_FILES =
            List.of("contact", "complain", "call", "scam", "fraud", "report", "投诉", "诈骗", "举报", "来电", "报案", "受害");

    private final DuckDb db;
    private final Path folder;
    private final List<TableProfile> tables;
    private final ZoneId zone;
    private final StringBuilder sql = new StringBuilder();

    private TableProfile orders;
    private TableProfile contacts;

    private MappingDraft(DuckDb db, Path folder, List<TableProfile> tables, ZoneId zone) {
        this.db = db;
        this.folder = folder;
        this.tables = tables;
        this.zone = zone;
    }

    /**
     * The text of a first mapping.
     *
     * @param files not empty
     * @param folder in which the mapping will stand
     * @param zone of times without an offset; null to guess it
     * @param encoding of text files without a byte-order mark; null to detect it
     * @throws IOException if a file cannot be read; the message says which, and what to do
     */
    public static String of(List<Path> files, Path folder, ZoneId zone, Charset encoding) throws IOException {
        ZoneId session = zone == null ? ZoneOffset.UTC : zone;
        try (DuckDb db = DuckDb.open(session)) {
            DataFiles data = new DataFiles(db, encoding);
            List<TableProfile> tables = new ArrayList<>();
            Set<String> names = new HashSet<>();
            Map<String, List<Path>> byColumns = new LinkedHashMap<>();
            for (Path file : files) {
                if (!Files.isRegularFile(file)) {
                    throw new IOException(file
                            + (Files.isDirectory(file) ? " is a folder; name the files in it" : " does not exist"));
                }
                // Files with the same columns, such as those of several months, are one table.
                DataFiles.Format format = DataFiles.format(file);
                String view = data.view(List.of(file), format, null, null, true);
                byColumns
                        .computeIfAbsent(format + " " + db.columns("FROM " + view), absent -> new ArrayList<>())
                        .add(file);
            }
            for (List<Path> same : byColumns.values()) {
                tables.add(TableProfile.of(db, data, same, name(same.get(0), names), session));
            }
            return new MappingDraft(db, folder, tables, zone).text();
        } catch (SQLException e) {
            throw new IOException("the files cannot be read: " + DuckDb.reason(e), e);
        }
    }

    /** A name for the view of a file that no other view has. */
    private static String name(Path file, Set<String> taken) {
        String base = file.getFileName()
                .toString()
                .replaceAll("\\..*$", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "_");
        String name = base.isEmpty() || Character.isDigit(base.charAt(0)) ? "table_" + base : base;
        String unique = name;
        for (int again = 2; !taken.add(unique); again++) {
            unique = name + "_" + again;
        }
        return unique;
    }

    private String text() throws SQLException, IOException {
        contacts = contactTable();
        orders = orderTable();
        OrderDraft orderDraft = orders == null ? null : new OrderDraft(orders, contacts, tables);
        ContactDraft contactDraft = contacts == null ? null : new ContactDraft(db, contacts, orderDraft);
        String events = orderDraft == null ? noOrders() : orderDraft.text();
        String reports = contactDraft == null ? noContacts() : contactDraft.text();
        boolean hasLocalTimes = orderDraft != null && orderDraft.hasLocalTimes()
                || contactDraft != null && contactDraft.hasLocalTimes();
        Set<TableProfile> used = new HashSet<>(orderDraft == null ? Set.of() : orderDraft.used());
        used.add(contacts);
        sql.append("-- A first mapping, written by 'leaktrace map': it guesses. Check each line, above all those with "
                + EDIT + ", then:\n--   leaktrace replay --input THIS_FILE --out result\n"
                + "-- Columns and forms of values: docs/data.md of Leaktrace.\n\n");
        if (hasLocalTimes || zone != null) {
            zone();
        }
        for (TableProfile table : tables) {
            sql.append("CREATE VIEW ")
                    .append(DraftSelect.quoted(table.name()))
                    .append(" AS FROM ")
                    .append(table.source(folder))
                    .append(";  -- ")
                    .append(table.described())
                    .append(used.contains(table) ? "" : "; " + EDIT + ": not used, " + whyUnused(table))
                    .append('\n');
        }
        return sql.append('\n').append(events).append('\n').append(reports).toString();
    }

    private void zone() {
        boolean chinese = tables.stream()
                .flatMap(table -> table.columns().stream())
                .anyMatch(column -> ColumnNames.isChinese(column.name()));
        String name = zone != null ? zone.getId() : chinese ? "Asia/Shanghai" : "UTC";
        sql.append("SET TimeZone = ").append(DuckDb.quoted(name)).append(";  -- ");
        sql.append(
                zone != null
                        ? "as given"
                        : chinese
                                ? EDIT
                                        + " if they are from elsewhere: a guess by the Chinese names; the times have no offset"
                                : EDIT + ": the times have no offset; name the zone in which they were written");
        sql.append("\n\n");
    }

    private String whyUnused(TableProfile table) {
        String shared = orders == null
                ? ""
                : table.columns().stream()
                        .map(ColumnProfile::name)
                        .filter(name -> orders.columns().stream()
                                .anyMatch(other -> other.name().equalsIgnoreCase(name)))
                        .collect(Collectors.joining(", "));
        return shared.isEmpty()
                ? "no column of it is known to belong to an order or a contact"
                : "it has no order; if it says more of buyers or custodians, join it by " + shared;
    }

    /** The best column by its name that is no list; null if there is none. */
    static ColumnProfile best(ColumnNames names, TableProfile table) {
        return names.among(table.columns()).stream()
                .filter(column -> !column.isList())
                .findFirst()
                .orElse(null);
    }

    /** The best column that holds times; null if there is none. */
    static ColumnProfile time(ColumnNames names, TableProfile table) {
        return names.among(table.columns()).stream()
                .filter(column -> column.time() != null)
                .findFirst()
                .orElse(null);
    }

    /** The list of contacts: by the names of its columns, or of the file. */
    private TableProfile contactTable() {
        TableProfile found = null;
        int most = 0;
        for (TableProfile table : tables) {
            String name = table.fileName().toLowerCase(Locale.ROOT);
            int points = time(ColumnNames.CONTACTED_AT, table) != null ? 2 : 0;
            points += time(ColumnNames.REPORTED_AT, table) != null ? 2 : 0;
            points += best(ColumnNames.CALLER, table) != null ? 1 : 0;
            points += best(ColumnNames.CONTACT_ID, table) != null ? 1 : 0;
            points += CONTACT_FILES.stream().anyMatch(name::contains) ? 1 : 0;
            points -= best(ColumnNames.SELLER, table) != null ? 1 : 0;
            boolean hasBuyer = best(ColumnNames.BUYER_ID, table) != null || best(ColumnNames.ORDER_ID, table) != null;
            if (hasBuyer && points > most) {
                found = table;
                most = points;
            }
        }
        return found;
    }

    /** The table of orders: with an order, a time and preferably a buyer; of equal ones that where orders are unique. */
    private TableProfile orderTable() {
        TableProfile found = null;
        int most = 0;
        for (TableProfile table : tables) {
            ColumnProfile id = best(ColumnNames.ORDER_ID, table);
            if (table == contacts || id == null) {
                continue;
            }
            int points = 1
                    + (time(ColumnNames.PLACED, table) != null ? 4 : 0)
                    + (best(ColumnNames.BUYER_ID, table) != null ? 4 : 0)
                    + (id.isUnique() ? 1 : 0);
            if (points > most) {
                found = table;
                most = points;
            }
        }
        return found;
    }

    private String noOrders() {
        return "-- " + EDIT
                + ": none of these files has a column that looks like an order's number. Select the orders:\n"
                + "-- SELECT \"order column\" AS order_id, \"buyer column\" AS buyer_id, \"time column\" AS occurred_at,\n"
                + "--   \"shop column\" AS seller FROM \"" + tables.get(0).name() + "\";\n";
    }

    private String noContacts() {
        return "-- " + EDIT + ": none of these files looks like a list of scam calls that buyers reported. Add one:\n"
                + "-- SELECT \"buyer column\" AS buyer_id, \"time column\" AS contacted_at FROM 'complaints.csv';\n"
                + "-- Without one, plant synthetic leaks: leaktrace simulate --input THIS_FILE --out planted\n";
    }
}
