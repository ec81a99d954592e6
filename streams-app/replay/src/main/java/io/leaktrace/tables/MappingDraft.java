package io.leaktrace.tables;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

    private static final String EDIT = "EDIT";

    /** Parts of a file's name that mark a list of contacts. */
    private static final List<String> CONTACT_FILES =
            List.of("contact", "complain", "call", "scam", "fraud", "report", "投诉", "诈骗", "举报", "来电", "报案", "受害");

    /** Types of order events by the time that gives them, in the order of an order's life. */
    private static final List<ColumnNames> TIMES = List.of(
            ColumnNames.PLACED,
            ColumnNames.PAID,
            ColumnNames.PICKED_UP,
            ColumnNames.ARRIVED,
            ColumnNames.DELIVERED,
            ColumnNames.CANCELLED);

    private static final List<ColumnNames> ROLES = List.of(
            ColumnNames.SELLER,
            ColumnNames.LOGISTICS_NODE,
            ColumnNames.PAYMENT_CHANNEL,
            ColumnNames.SERVICE_PROVIDER,
            ColumnNames.PLATFORM);

    private static final Map<String, Channel> CHINESE_CHANNELS = Map.of(
            "电话", Channel.CALL,
            "来电", Channel.CALL,
            "短信", Channel.SMS,
            "微信", Channel.MESSAGE,
            "QQ", Channel.MESSAGE,
            "旺旺", Channel.MESSAGE,
            "邮件", Channel.EMAIL,
            "其他", Channel.OTHER,
            "其它", Channel.OTHER);

    private final DuckDb db;
    private final Path folder;
    private final List<TableProfile> tables;
    private final ZoneId zone;
    private final StringBuilder sql = new StringBuilder();
    private boolean hasLocalTimes;

    /** Tables that a statement reads. */
    private final Set<TableProfile> used = new LinkedHashSet<>();

    private TableProfile orders;
    private TableProfile contacts;
    private ColumnProfile orderId;
    private ColumnProfile buyerId;

    /** The type of an order event; null if the orders are no log of events. */
    private ColumnProfile eventType;

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
        String events = orders == null ? noOrders() : orderEvents();
        String reports = contacts == null ? noContacts() : contactRows();
        sql.append("-- A first mapping, written by 'leaktrace map': it guesses. Check each line, above all those with "
                + EDIT + ", then:\n--   leaktrace replay --input THIS_FILE --out result\n"
                + "-- Columns and forms of values: docs/data.md of Leaktrace.\n\n");
        if (hasLocalTimes || zone != null) {
            zone();
        }
        for (TableProfile table : tables) {
            sql.append("CREATE VIEW ")
                    .append(quoted(table.name()))
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

    // ---- Which file is what

    private static ColumnProfile best(ColumnNames names, TableProfile table) {
        return names.among(table.columns()).stream()
                .filter(column -> !column.isList())
                .findFirst()
                .orElse(null);
    }

    /** The best column that holds times; null if there is none. */
    private static ColumnProfile time(ColumnNames names, TableProfile table) {
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

    // ---- Order events

    /** A line of a SELECT with its comment. */
    private record Item(String expression, String field, String comment) {}

    /** A SELECT of order events of one type. */
    private record Branch(List<Item> items, String from) {

        String text() {
            List<String> left = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                Item item = items.get(i);
                left.add("  " + item.expression + " AS " + item.field + (i + 1 < items.size() ? "," : ""));
            }
            int width = left.stream()
                    .mapToInt(String::length)
                    .filter(w -> w < 60)
                    .max()
                    .orElse(0);
            StringBuilder text = new StringBuilder("SELECT\n");
            for (int i = 0; i < items.size(); i++) {
                text.append(left.get(i))
                        .append(" ".repeat(Math.max(0, width - left.get(i).length())))
                        .append("  -- ")
                        .append(items.get(i).comment)
                        .append('\n');
            }
            return text.append(from).toString();
        }
    }

    private String noOrders() {
        return "-- " + EDIT
                + ": none of these files has a column that looks like an order's number. Select the orders:\n"
                + "-- SELECT \"order column\" AS order_id, \"buyer column\" AS buyer_id, \"time column\" AS occurred_at,\n"
                + "--   \"shop column\" AS seller FROM \"" + tables.get(0).name() + "\";\n";
    }

    private String orderEvents() throws SQLException, IOException {
        used.add(orders);
        orderId = best(ColumnNames.ORDER_ID, orders);
        buyerId = buyer(orders, orderId);
        List<Branch> branches = new ArrayList<>();
        eventType = ColumnNames.TYPE.among(orders.columns()).stream()
                .filter(column -> isOf(column, OrderEventType.values()))
                .findFirst()
                .orElse(null);
        Map<ColumnNames, ColumnProfile> times = times(orders);
        if (eventType != null) {
            // A log of events has one time; a cancellation stands there as a type.
            times.keySet().removeIf(type -> type != ColumnNames.PLACED);
        }
        Map<ColumnNames, List<Item>> custodians = custodians(orders, times);
        orders.columns().stream()
                .filter(column -> column.name().equalsIgnoreCase("custodians") && column.filled() > 0)
                .findFirst()
                .ifPresent(column -> {
                    custodians.clear();
                    custodians.put(
                            ColumnNames.PLACED,
                            new ArrayList<>(List.of(new Item(of(orders.name(), column), "custodians", "by its name"))));
                });
        Map<ColumnNames, String> joins = new LinkedHashMap<>();
        List<Branch> others = new ArrayList<>();
        for (TableProfile side : tables) {
            ColumnProfile key = side == orders || side == contacts ? null : orderKey(side);
            if (key != null) {
                side(side, key, times, custodians, joins, others);
            }
        }
        times.forEach((type, column) -> {
            List<Item> gained = custodians.getOrDefault(type, List.of());
            if (type == ColumnNames.PLACED || type == ColumnNames.CANCELLED || !gained.isEmpty()) {
                branches.add(branch(type, column, gained, joins.getOrDefault(type, "")));
            }
        });
        if (times.isEmpty()) {
            branches.add(branch(
                    ColumnNames.PLACED,
                    null,
                    custodians.getOrDefault(ColumnNames.PLACED, List.of()),
                    joins.getOrDefault(ColumnNames.PLACED, "")));
        }
        branches.addAll(others);
        StringBuilder text = new StringBuilder("-- Order events\n");
        text.append(branches.stream().map(Branch::text).collect(Collectors.joining("\nUNION ALL BY NAME\n")))
                .append(";\n");
        Set<ColumnNames> found = new HashSet<>();
        branches.forEach(branch -> branch.items().forEach(item -> ROLES.stream()
                .filter(role -> role.field().equals(item.field))
                .forEach(found::add)));
        List<String> missing = ROLES.stream()
                .filter(role -> !found.contains(role))
                .map(ColumnNames::field)
                .toList();
        if (!missing.isEmpty() && best(ColumnNames.CUSTODIANS, orders) == null) {
            text.append("-- Not found: ")
                    .append(String.join(", ", missing))
                    .append(". If a column names one, add it above, as in: \"column\" AS ")
                    .append(missing.get(0))
                    .append('\n');
        }
        times.forEach((type, column) -> {
            if (eventType == null
                    && branches.stream().noneMatch(branch -> branch.items().stream()
                            .anyMatch(item -> item.expression.equals(DuckDb.quoted(type.name()))))) {
                text.append("-- ")
                        .append(column.name())
                        .append(" (")
                        .append(type.name())
                        .append(") is not used: nobody is known to get the order's data then\n");
            }
        });
        return text.toString();
    }

    /** The column of a side table that names orders. */
    private ColumnProfile orderKey(TableProfile side) {
        ColumnProfile same = side.columns().stream()
                .filter(column -> column.name().equalsIgnoreCase(orderId.name()))
                .findFirst()
                .orElse(null);
        return same != null ? same : best(ColumnNames.ORDER_ID, side);
    }

    private ColumnProfile buyer(TableProfile table, ColumnProfile order) {
        return ColumnNames.BUYER_ID.among(table.columns()).stream()
                .filter(column -> column != order && !column.isList() && column.time() == null)
                .findFirst()
                .orElse(null);
    }

    private static Map<ColumnNames, ColumnProfile> times(TableProfile table) {
        Map<ColumnNames, ColumnProfile> times = new LinkedHashMap<>();
        Set<ColumnProfile> taken = new HashSet<>();
        // The more special names first: a column that is called 'time' may be any.
        for (int i = TIMES.size() - 1; i >= 0; i--) {
            for (ColumnProfile column : TIMES.get(i).among(table.columns())) {
                if (column.time() != null && !taken.contains(column) && !times.containsKey(TIMES.get(i))) {
                    times.put(TIMES.get(i), column);
                    taken.add(column);
                }
            }
        }
        Map<ColumnNames, ColumnProfile> inOrder = new LinkedHashMap<>();
        TIMES.stream().filter(times::containsKey).forEach(type -> inOrder.put(type, times.get(type)));
        if (inOrder.isEmpty()) {
            table.columns().stream()
                    .filter(column -> column.time() != null)
                    .findFirst()
                    .ifPresent(column -> inOrder.put(ColumnNames.PLACED, column));
        }
        return inOrder;
    }

    /** The custodians of a table's own columns, by the type of event at which they get the order's data. */
    private static Map<ColumnNames, List<Item>> custodians(TableProfile table, Map<ColumnNames, ColumnProfile> times) {
        Map<ColumnNames, List<Item>> custodians = new LinkedHashMap<>();
        Set<ColumnProfile> taken = new HashSet<>();
        for (ColumnNames role : ROLES) {
            Map<ColumnNames, List<ColumnProfile>> byType = new LinkedHashMap<>();
            for (ColumnProfile column : role.among(table.columns())) {
                boolean isFirst = byType.isEmpty() || role == ColumnNames.LOGISTICS_NODE;
                if (column.time() == null && isFirst && taken.add(column)) {
                    byType.computeIfAbsent(type(role, column, times.keySet()), type -> new ArrayList<>())
                            .add(column);
                }
            }
            byType.forEach((type, columns) -> custodians
                    .computeIfAbsent(type, absent -> new ArrayList<>())
                    .add(custodian(role, columns, table.name())));
        }
        return custodians;
    }

    private static Item custodian(ColumnNames role, List<ColumnProfile> columns, String table) {
        String expression = columns.size() == 1
                ? of(table, columns.get(0))
                : "[" + columns.stream().map(column -> of(table, column)).collect(Collectors.joining(", ")) + "]";
        ColumnProfile first = columns.get(0);
        String warning = first.isUnique() && first.filled() > 20 && !first.isList()
                ? "; " + EDIT + ": every value occurs once, which no custodian's would"
                : "";
        return new Item(
                expression,
                role.field(),
                "by its name; " + String.format(Locale.ROOT, "%,d different", first.distinct()) + warning);
    }

    /** The type of event at which a role gets the order's data, among those that have a time. */
    private static ColumnNames type(ColumnNames role, ColumnProfile column, Set<ColumnNames> times) {
        List<ColumnNames> preferred = new ArrayList<>();
        if (role == ColumnNames.PAYMENT_CHANNEL) {
            preferred.add(ColumnNames.PAID);
        } else if (role == ColumnNames.LOGISTICS_NODE) {
            boolean isOrigin = column.name().matches("(?i).*(揽|发货|origin|pickup|pick_up|from).*");
            preferred.addAll(
                    isOrigin
                            ? List.of(ColumnNames.PICKED_UP, ColumnNames.ARRIVED, ColumnNames.DELIVERED)
                            : List.of(ColumnNames.DELIVERED, ColumnNames.ARRIVED, ColumnNames.PICKED_UP));
        }
        preferred.add(ColumnNames.PLACED);
        return preferred.stream()
                .filter(times::contains)
                .findFirst()
                .orElse(times.stream().findFirst().orElse(ColumnNames.PLACED));
    }

    private Branch branch(ColumnNames type, ColumnProfile time, List<Item> custodians, String join) {
        List<Item> items = new ArrayList<>();
        String unique = orderId.isUnique()
                ? "one row for each"
                : String.format(Locale.ROOT, "%,d orders in %,d rows", orderId.distinct(), orders.rows());
        items.add(new Item(of(orders.name(), orderId), "order_id", "by its name; " + unique));
        items.add(buyerItem());
        items.add(
                eventType == null
                        ? new Item(DuckDb.quoted(type.name()), "type", "by the name of the time")
                        : new Item(of(orders.name(), eventType), "type", "by its name and its values"));
        ColumnProfile id = best(ColumnNames.EVENT_ID, orders);
        if (eventType != null && id != null && id.isUnique()) {
            items.add(new Item(of(orders.name(), id), "event_id", "by its name; one row for each"));
        }
        items.add(timeItem(orders.name(), time, "occurred_at"));
        items.addAll(custodians);
        String where = type == ColumnNames.PLACED ? "" : "\nWHERE " + of(orders.name(), time) + " IS NOT NULL";
        return new Branch(items, "FROM " + quoted(orders.name()) + join + where);
    }

    private Item buyerItem() {
        if (buyerId == null) {
            return new Item("NULL", "buyer_id", EDIT + ": no column looks like the buyer; name it instead of NULL");
        }
        String returning = buyerId.isUnique() && buyerId.filled() > 20
                ? EDIT + ": every value occurs once, so no buyer ever returns; is another column the buyer?"
                : String.format(
                        Locale.ROOT, "by its name; %,d buyers in %,d rows", buyerId.distinct(), buyerId.filled());
        return new Item(of(orders.name(), buyerId), "buyer_id", returning);
    }

    private Item timeItem(String table, ColumnProfile column, String field) {
        if (column == null) {
            return new Item("NULL", field, EDIT + ": no column looks like this time; name it instead of NULL");
        }
        TimeForm form = new TimeForm(column);
        hasLocalTimes |= column.time().isLocal();
        return new Item(
                form.qualified(table), field, "by its name; " + column.time().remark());
    }

    /** The expression of a time, with the name of its table. */
    private record TimeForm(ColumnProfile column) {
        String qualified(String table) {
            return column.time().sql().replace(column.sql(), of(table, column));
        }
    }

    /** A side table: its custodians at its own times, or at those of the orders. */
    private void side(
            TableProfile side,
            ColumnProfile key,
            Map<ColumnNames, ColumnProfile> times,
            Map<ColumnNames, List<Item>> custodians,
            Map<ColumnNames, String> joins,
            List<Branch> others) {
        Map<ColumnNames, ColumnProfile> own = times(side);
        own.remove(ColumnNames.CANCELLED);
        Map<ColumnNames, List<Item>> gained = custodians(side, own.isEmpty() ? times : own);
        if (gained.isEmpty()) {
            return;
        }
        used.add(side);
        if (!own.isEmpty()) {
            gained.forEach((type, items) -> others.add(sideBranch(side, key, type, own.get(type), items)));
            return;
        }
        gained.forEach((type, items) -> {
            // Several rows of an order become a list.
            String lists = items.stream()
                    .map(item -> "list(DISTINCT " + item.expression + ") AS " + item.field)
                    .collect(Collectors.joining(", "));
            String alias = side.name() + "_of_order";
            joins.merge(
                    type,
                    "\nLEFT JOIN (SELECT " + of(side.name(), key) + " AS order_key, " + lists + " FROM "
                            + quoted(side.name()) + " GROUP BY ALL) " + quoted(alias) + "\n  ON " + quoted(alias)
                            + ".order_key = " + of(orders.name(), orderId),
                    String::concat);
            List<Item> target = custodians.computeIfAbsent(type, absent -> new ArrayList<>());
            for (Item item : items) {
                target.removeIf(other -> other.field.equals(item.field));
                target.add(new Item(
                        quoted(alias) + "." + item.field,
                        item.field,
                        item.comment + "; from " + side.fileName() + ", joined by " + key.name()));
            }
        });
    }

    private Branch sideBranch(
            TableProfile side, ColumnProfile key, ColumnNames type, ColumnProfile time, List<Item> custodians) {
        List<Item> items = new ArrayList<>();
        items.add(new Item(of(side.name(), key), "order_id", "by its name; " + side.fileName()));
        ColumnProfile own = buyerId != null
                ? side.columns().stream()
                        .filter(column -> column.name().equalsIgnoreCase(buyerId.name()))
                        .findFirst()
                        .orElse(null)
                : null;
        String join = "";
        if (own != null) {
            items.add(new Item(of(side.name(), own), "buyer_id", "by its name"));
        } else if (buyerId == null) {
            items.add(buyerItem());
        } else {
            items.add(new Item(of(orders.name(), buyerId), "buyer_id", "of the order, joined by " + key.name()));
            join = "\nLEFT JOIN "
                    + (orderId.isUnique()
                            ? quoted(orders.name())
                            : "(SELECT DISTINCT " + orderId.sql() + ", " + buyerId.sql() + " FROM "
                                    + quoted(orders.name()) + ") " + quoted(orders.name()))
                    + " ON " + of(orders.name(), orderId) + " = " + of(side.name(), key);
        }
        items.add(new Item(DuckDb.quoted(type.name()), "type", "by the name of the time"));
        items.add(timeItem(side.name(), time, "occurred_at"));
        items.addAll(custodians);
        String where = time == null ? "" : "\nWHERE " + of(side.name(), time) + " IS NOT NULL";
        return new Branch(items, "FROM " + quoted(side.name()) + join + where);
    }

    // ---- Contacts

    private String noContacts() {
        return "-- " + EDIT + ": none of these files looks like a list of scam calls that buyers reported. Add one:\n"
                + "-- SELECT \"buyer column\" AS buyer_id, \"time column\" AS contacted_at FROM 'complaints.csv';\n"
                + "-- Without one, plant synthetic leaks: leaktrace simulate --input THIS_FILE --out planted\n";
    }

    private String contactRows() throws SQLException, IOException {
        used.add(contacts);
        List<Item> items = new ArrayList<>();
        String join = "";
        ColumnProfile order = best(ColumnNames.ORDER_ID, contacts);
        ColumnProfile buyer = contactBuyer(order);
        if (buyer != null) {
            items.add(new Item(of(contacts.name(), buyer), "buyer_id", "by its name; " + overlap(buyer)));
        } else if (order != null && buyerId != null) {
            items.add(new Item(of(orders.name(), buyerId), "buyer_id", "of the order that the contact names"));
            join = "\nLEFT JOIN (SELECT DISTINCT " + orderId.sql() + ", " + buyerId.sql() + " FROM "
                    + quoted(orders.name()) + ") " + quoted(orders.name()) + " ON " + of(orders.name(), orderId) + " = "
                    + of(contacts.name(), order);
        } else {
            items.add(new Item("NULL", "buyer_id", EDIT + ": no column looks like the buyer; name it instead of NULL"));
        }
        ColumnProfile contacted = time(ColumnNames.CONTACTED_AT, contacts);
        ColumnProfile reported = time(ColumnNames.REPORTED_AT, contacts);
        if (contacted == null) {
            contacted = contacts.columns().stream()
                    .filter(column -> column.time() != null && !column.equals(reported))
                    .findFirst()
                    .orElse(reported);
        }
        items.add(timeItem(contacts.name(), contacted, "contacted_at"));
        if (reported != null && !reported.equals(contacted)) {
            items.add(timeItem(contacts.name(), reported, "reported_at"));
        }
        optional(items, order, buyer);
        StringBuilder text = new StringBuilder("-- Contacts\n")
                .append(new Branch(items, "FROM " + quoted(contacts.name()) + join).text())
                .append(";\n");
        if (reported == null || reported.equals(contacted)) {
            text.append(
                    "-- No other column looks like the time of the report; it is taken to be that of the contact\n");
        }
        return text.toString();
    }

    /** The columns of a contact that may be missing. */
    private void optional(List<Item> items, ColumnProfile order, ColumnProfile buyer) {
        ColumnProfile id = best(ColumnNames.CONTACT_ID, contacts);
        if (id != null && id.isUnique() && id != buyer) {
            items.add(new Item(of(contacts.name(), id), "contact_id", "by its name; one row for each"));
        }
        if (order != null) {
            items.add(new Item(of(contacts.name(), order), "quoted_order_id", "by its name: the order that was named"));
        }
        for (ColumnNames names : List.of(ColumnNames.CALLER, ColumnNames.IMPERSONATED)) {
            ColumnProfile column = best(names, contacts);
            if (column != null && column != buyer) {
                items.add(new Item(of(contacts.name(), column), names.field(), "by its name"));
            }
        }
        ColumnProfile channel = best(ColumnNames.CHANNEL, contacts);
        if (channel != null && isOf(channel, Channel.values())) {
            items.add(new Item(of(contacts.name(), channel), "channel", "by its name and its values"));
        } else if (channel != null && CHINESE_CHANNELS.keySet().containsAll(new HashSet<>(channel.sample()))) {
            String cases = channel.sample().stream()
                    .distinct()
                    .sorted()
                    .map(value -> "WHEN " + DuckDb.quoted(value) + " THEN '" + CHINESE_CHANNELS.get(value) + "'")
                    .collect(Collectors.joining(" "));
            items.add(new Item(
                    "CASE " + of(contacts.name(), channel) + " " + cases + " ELSE 'OTHER' END",
                    "channel",
                    "by its name and its values"));
        }
        ColumnProfile disclosed = ColumnNames.DISCLOSED.among(contacts.columns()).stream()
                .findFirst()
                .orElse(null);
        if (disclosed != null && disclosed.sample().stream().allMatch(MappingDraft::areFields)) {
            items.add(new Item(of(contacts.name(), disclosed), "disclosed", "by its name and its values"));
        }
        ColumnProfile source = best(ColumnNames.SOURCE, contacts);
        if (source != null && isOf(source, ReportSource.values())) {
            items.add(new Item(of(contacts.name(), source), "source", "by its name and its values"));
        }
        ColumnProfile loss = best(ColumnNames.LOSS_AMOUNT, contacts);
        if (loss != null && loss.sample().stream().allMatch(value -> value.matches("\\d{1,28}(\\.\\d{1,10})?"))) {
            String currency = ColumnNames.isChinese(loss.name()) ? "CNY" : "EUR";
            items.add(new Item(of(contacts.name(), loss), "loss_amount", "by its name"));
            items.add(new Item("'" + currency + "'", "loss_currency", EDIT + " if the losses are in another currency"));
        }
    }

    private static boolean areFields(String values) {
        return Arrays.stream(values.replaceAll("[\\[\\]]", "").split("[,，;；、|]"))
                .filter(value -> !value.isBlank())
                .allMatch(value -> Arrays.stream(Field.values())
                        .anyMatch(field -> field.name().equalsIgnoreCase(value.strip())));
    }

    private static boolean isOf(ColumnProfile column, Enum<?>[] constants) {
        return !column.sample().isEmpty()
                && column.sample().stream().allMatch(value -> Arrays.stream(constants)
                        .anyMatch(constant -> constant.name().equalsIgnoreCase(value)));
    }

    /** Of several columns that may be the buyer, the one whose values the orders have most often. */
    private ColumnProfile contactBuyer(ColumnProfile order) throws SQLException, IOException {
        ColumnProfile found = null;
        double most = -1;
        for (ColumnProfile column : ColumnNames.BUYER_ID.among(contacts.columns())) {
            boolean isCaller = ColumnNames.CALLER.rank(column.name()).isPresent();
            if (column == order || column.isList() || column.time() != null || isCaller) {
                continue;
            }
            double share = buyerId == null ? 0 : share(column);
            if (share > most) {
                found = column;
                most = share;
            }
        }
        return found;
    }

    private double share(ColumnProfile buyer) throws SQLException, IOException {
        double[] share = new double[1];
        db.query(
                "SELECT coalesce(avg(CAST(trim(CAST(" + buyer.sql() + " AS VARCHAR)) IN (SELECT trim(CAST("
                        + buyerId.sql() + " AS VARCHAR)) FROM " + orders.view() + ") AS INTEGER)), 0) FROM "
                        + contacts.view() + " WHERE " + buyer.sql() + " IS NOT NULL",
                row -> share[0] = row.getDouble(1));
        return share[0];
    }

    private String overlap(ColumnProfile buyer) throws SQLException, IOException {
        if (buyerId == null) {
            return "not compared, as the orders have no buyer";
        }
        double share = share(buyer);
        String text = String.format(Locale.ROOT, "%.0f%% of them are buyers of the orders", 100 * share);
        return share >= 0.1
                ? text
                : text + "; " + EDIT + ": is it the same kind of id? Pseudonyms by another key look like this";
    }

    private static String of(String table, ColumnProfile column) {
        String name = DuckDb.identifier(column.name().replaceAll("\\..*$", ""));
        int at = column.sql().indexOf(name);
        return at < 0
                ? column.sql()
                : column.sql().substring(0, at) + quoted(table) + "."
                        + column.sql().substring(at);
    }

    /** A name of a view, in quotes if it needs them. */
    private static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_]*") && !RESERVED.contains(name) ? name : DuckDb.identifier(name);
    }

    private static final Set<String> RESERVED =
            Set.of("order", "table", "select", "group", "user", "all", "end", "case");
}
