package io.leaktrace.tables;

import io.leaktrace.domain.OrderEventType;
import io.leaktrace.tables.DraftSelect.Item;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The statement of a first mapping that gives order events. */
final class OrderDraft {

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

    private final TableProfile orders;
    private final TableProfile contacts;
    private final List<TableProfile> tables;
    private final ColumnProfile orderId;

    /** Null if no column looks like the buyer. */
    private final ColumnProfile buyerId;

    /** The type of an order event; null if the orders are no log of events. */
    private final ColumnProfile eventType;

    private final Set<TableProfile> used = new LinkedHashSet<>();
    private boolean hasLocalTimes;

    /**
     * @param orders the table of orders
     * @param contacts the list of contacts, which is not joined; or null
     * @param tables all tables
     */
    OrderDraft(TableProfile orders, TableProfile contacts, List<TableProfile> tables) {
        this.orders = orders;
        this.contacts = contacts;
        this.tables = tables;
        this.orderId = MappingDraft.best(ColumnNames.ORDER_ID, orders);
        this.buyerId = buyer(orders, orderId);
        this.eventType = ColumnNames.TYPE.among(orders.columns()).stream()
                .filter(column -> DraftSelect.isOf(column, OrderEventType.values()))
                .findFirst()
                .orElse(null);
    }

    TableProfile orders() {
        return orders;
    }

    ColumnProfile orderId() {
        return orderId;
    }

    /** The column with the buyer, or null. */
    ColumnProfile buyerId() {
        return buyerId;
    }

    /** The tables that the statement reads; complete once it is written. */
    Set<TableProfile> used() {
        return used;
    }

    /** Whether it reads times without an offset; complete once it is written. */
    boolean hasLocalTimes() {
        return hasLocalTimes;
    }

    /** The statement, with comments on what is missing. */
    String text() {
        used.add(orders);
        List<DraftSelect> branches = new ArrayList<>();
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
                            new ArrayList<>(List.of(
                                    new Item(DraftSelect.of(orders.name(), column), "custodians", "by its name"))));
                });
        Map<ColumnNames, String> joins = new LinkedHashMap<>();
        List<DraftSelect> others = new ArrayList<>();
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
        text.append(branches.stream().map(DraftSelect::text).collect(Collectors.joining("\nUNION ALL BY NAME\n")))
                .append(";\n");
        Set<ColumnNames> found = new HashSet<>();
        branches.forEach(branch -> branch.items().forEach(item -> ROLES.stream()
                .filter(role -> role.field().equals(item.field()))
                .forEach(found::add)));
        List<String> missing = ROLES.stream()
                .filter(role -> !found.contains(role))
                .map(ColumnNames::field)
                .toList();
        if (!missing.isEmpty() && MappingDraft.best(ColumnNames.CUSTODIANS, orders) == null) {
            text.append("-- Not found: ")
                    .append(String.join(", ", missing))
                    .append(". If a column names one, add it above, as in: \"column\" AS ")
                    .append(missing.get(0))
                    .append('\n');
        }
        times.forEach((type, column) -> {
            if (eventType == null
                    && branches.stream().noneMatch(branch -> branch.items().stream()
                            .anyMatch(item -> item.expression().equals(DuckDb.quoted(type.name()))))) {
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
        return same != null ? same : MappingDraft.best(ColumnNames.ORDER_ID, side);
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
                ? DraftSelect.of(table, columns.get(0))
                : "["
                        + columns.stream()
                                .map(column -> DraftSelect.of(table, column))
                                .collect(Collectors.joining(", "))
                        + "]";
        ColumnProfile first = columns.get(0);
        String warning = first.isUnique() && first.filled() > 20 && !first.isList()
                ? "; " + DraftSelect.EDIT + ": every value occurs once, which no custodian's would"
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

    private DraftSelect branch(ColumnNames type, ColumnProfile time, List<Item> custodians, String join) {
        List<Item> items = new ArrayList<>();
        String unique = orderId.isUnique()
                ? "one row for each"
                : String.format(Locale.ROOT, "%,d orders in %,d rows", orderId.distinct(), orders.rows());
        items.add(new Item(DraftSelect.of(orders.name(), orderId), "order_id", "by its name; " + unique));
        items.add(buyerItem());
        items.add(
                eventType == null
                        ? new Item(DuckDb.quoted(type.name()), "type", "by the name of the time")
                        : new Item(DraftSelect.of(orders.name(), eventType), "type", "by its name and its values"));
        ColumnProfile id = MappingDraft.best(ColumnNames.EVENT_ID, orders);
        if (eventType != null && id != null && id.isUnique()) {
            items.add(new Item(DraftSelect.of(orders.name(), id), "event_id", "by its name; one row for each"));
        }
        items.add(timeItem(orders.name(), time, "occurred_at"));
        items.addAll(custodians);
        String where =
                type == ColumnNames.PLACED ? "" : "\nWHERE " + DraftSelect.of(orders.name(), time) + " IS NOT NULL";
        return new DraftSelect(items, "FROM " + DraftSelect.quoted(orders.name()) + join + where);
    }

    private Item buyerItem() {
        if (buyerId == null) {
            return new Item(
                    "NULL", "buyer_id", DraftSelect.EDIT + ": no column looks like the buyer; name it instead of NULL");
        }
        String returning = buyerId.isUnique() && buyerId.filled() > 20
                ? DraftSelect.EDIT + ": every value occurs once, so no buyer ever returns; is another column the buyer?"
                : String.format(
                        Locale.ROOT, "by its name; %,d buyers in %,d rows", buyerId.distinct(), buyerId.filled());
        return new Item(DraftSelect.of(orders.name(), buyerId), "buyer_id", returning);
    }

    /** A side table: its custodians at its own times, or at those of the orders. */
    private void side(
            TableProfile side,
            ColumnProfile key,
            Map<ColumnNames, ColumnProfile> times,
            Map<ColumnNames, List<Item>> custodians,
            Map<ColumnNames, String> joins,
            List<DraftSelect> others) {
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
                    .map(item -> "list(DISTINCT " + item.expression() + ") AS " + item.field())
                    .collect(Collectors.joining(", "));
            String alias = side.name() + "_of_order";
            joins.merge(
                    type,
                    "\nLEFT JOIN (SELECT " + DraftSelect.of(side.name(), key) + " AS order_key, " + lists + " FROM "
                            + DraftSelect.quoted(side.name()) + " GROUP BY ALL) " + DraftSelect.quoted(alias)
                            + "\n  ON " + DraftSelect.quoted(alias)
                            + ".order_key = " + DraftSelect.of(orders.name(), orderId),
                    String::concat);
            List<Item> target = custodians.computeIfAbsent(type, absent -> new ArrayList<>());
            for (Item item : items) {
                target.removeIf(other -> other.field().equals(item.field()));
                target.add(new Item(
                        DraftSelect.quoted(alias) + "." + item.field(),
                        item.field(),
                        item.comment() + "; from " + side.fileName() + ", joined by " + key.name()));
            }
        });
    }

    private DraftSelect sideBranch(
            TableProfile side, ColumnProfile key, ColumnNames type, ColumnProfile time, List<Item> custodians) {
        List<Item> items = new ArrayList<>();
        items.add(new Item(DraftSelect.of(side.name(), key), "order_id", "by its name; " + side.fileName()));
        ColumnProfile own = buyerId != null
                ? side.columns().stream()
                        .filter(column -> column.name().equalsIgnoreCase(buyerId.name()))
                        .findFirst()
                        .orElse(null)
                : null;
        String join = "";
        if (own != null) {
            items.add(new Item(DraftSelect.of(side.name(), own), "buyer_id", "by its name"));
        } else if (buyerId == null) {
            items.add(buyerItem());
        } else {
            items.add(new Item(
                    DraftSelect.of(orders.name(), buyerId), "buyer_id", "of the order, joined by " + key.name()));
            join = "\nLEFT JOIN "
                    + (orderId.isUnique()
                            ? DraftSelect.quoted(orders.name())
                            : "(SELECT DISTINCT " + orderId.sql() + ", " + buyerId.sql() + " FROM "
                                    + DraftSelect.quoted(orders.name()) + ") " + DraftSelect.quoted(orders.name()))
                    + " ON " + DraftSelect.of(orders.name(), orderId) + " = " + DraftSelect.of(side.name(), key);
        }
        items.add(new Item(DuckDb.quoted(type.name()), "type", "by the name of the time"));
        items.add(timeItem(side.name(), time, "occurred_at"));
        items.addAll(custodians);
        String where = time == null ? "" : "\nWHERE " + DraftSelect.of(side.name(), time) + " IS NOT NULL";
        return new DraftSelect(items, "FROM " + DraftSelect.quoted(side.name()) + join + where);
    }

    private Item timeItem(String table, ColumnProfile column, String field) {
        hasLocalTimes |= column != null && column.time().isLocal();
        return DraftSelect.time(table, column, field);
    }
}
