package io.leaktrace.tables;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.tables.DraftSelect.Item;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The statement of a first mapping that gives contacts. */
final class ContactDraft {

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

    /** Columns that are taken by their name alone. */
    private static final List<ColumnNames> BY_NAME = List.of(
            ColumnNames.CALLER,
            ColumnNames.IMPERSONATED,
            ColumnNames.PAYEE,
            ColumnNames.LINK,
            ColumnNames.DISCLOSED_MARK,
            ColumnNames.DIALLED_ORDER_ID);

    private final DuckDb db;
    private final TableProfile contacts;
    private final TableProfile orders;
    private final ColumnProfile orderId;
    private final ColumnProfile buyerId;
    private boolean hasLocalTimes;

    /**
     * @param contacts the list of contacts
     * @param orders the order events of the mapping, whose buyers are compared; or null
     */
    ContactDraft(DuckDb db, TableProfile contacts, OrderDraft orders) {
        this.db = db;
        this.contacts = contacts;
        this.orders = orders == null ? null : orders.orders();
        this.orderId = orders == null ? null : orders.orderId();
        this.buyerId = orders == null ? null : orders.buyerId();
    }

    /** Whether it reads times without an offset; complete once it is written. */
    boolean hasLocalTimes() {
        return hasLocalTimes;
    }

    /** The statement, with comments on what is missing. */
    String text() throws SQLException, IOException {
        List<Item> items = new ArrayList<>();
        String join = "";
        ColumnProfile order = MappingDraft.best(ColumnNames.ORDER_ID, contacts);
        ColumnProfile buyer = contactBuyer(order);
        if (buyer != null) {
            items.add(new Item(DraftSelect.of(contacts.name(), buyer), "buyer_id", "by its name; " + overlap(buyer)));
        } else if (order != null && buyerId != null) {
            items.add(new Item(
                    DraftSelect.of(orders.name(), buyerId), "buyer_id", "of the order that the contact names"));
            join = "\nLEFT JOIN (SELECT DISTINCT " + orderId.sql() + ", " + buyerId.sql() + " FROM "
                    + DraftSelect.quoted(orders.name()) + ") " + DraftSelect.quoted(orders.name()) + " ON "
                    + DraftSelect.of(orders.name(), orderId) + " = "
                    + DraftSelect.of(contacts.name(), order);
        } else {
            items.add(new Item(
                    "NULL",
                    "buyer_id",
                    DraftSelect.EDIT + ": no column looks like the buyer; name it instead of NULL"));
        }
        ColumnProfile contacted = MappingDraft.time(ColumnNames.CONTACTED_AT, contacts);
        ColumnProfile reported = MappingDraft.time(ColumnNames.REPORTED_AT, contacts);
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
                .append(new DraftSelect(items, "FROM " + DraftSelect.quoted(contacts.name()) + join).text())
                .append(";\n");
        if (reported == null || reported.equals(contacted)) {
            text.append(
                    "-- No other column looks like the time of the report; it is taken to be that of the contact\n");
        }
        return text.toString();
    }

    /** The columns of a contact that may be missing. */
    private void optional(List<Item> items, ColumnProfile order, ColumnProfile buyer) {
        ColumnProfile id = MappingDraft.best(ColumnNames.CONTACT_ID, contacts);
        if (id != null && id.isUnique() && id != buyer) {
            items.add(new Item(DraftSelect.of(contacts.name(), id), "contact_id", "by its name; one row for each"));
        }
        if (order != null) {
            items.add(new Item(
                    DraftSelect.of(contacts.name(), order),
                    "quoted_order_id",
                    "by its name: the order that was named"));
        }
        for (ColumnNames names : BY_NAME) {
            ColumnProfile column = MappingDraft.best(names, contacts);
            if (column != null && column != buyer) {
                items.add(new Item(DraftSelect.of(contacts.name(), column), names.field(), "by its name"));
            }
        }
        ColumnProfile channel = MappingDraft.best(ColumnNames.CHANNEL, contacts);
        if (!byValues(items, ColumnNames.CHANNEL, Channel.values())
                && channel != null
                && CHINESE_CHANNELS.keySet().containsAll(new HashSet<>(channel.sample()))) {
            String cases = channel.sample().stream()
                    .distinct()
                    .sorted()
                    .map(value -> "WHEN " + DuckDb.quoted(value) + " THEN '" + CHINESE_CHANNELS.get(value) + "'")
                    .collect(Collectors.joining(" "));
            items.add(new Item(
                    "CASE " + DraftSelect.of(contacts.name(), channel) + " " + cases + " ELSE 'OTHER' END",
                    "channel",
                    "by its name and its values"));
        }
        ColumnProfile disclosed = ColumnNames.DISCLOSED.among(contacts.columns()).stream()
                .findFirst()
                .orElse(null);
        if (disclosed != null && disclosed.sample().stream().allMatch(ContactDraft::areFields)) {
            items.add(new Item(DraftSelect.of(contacts.name(), disclosed), "disclosed", "by its name and its values"));
        }
        byValues(items, ColumnNames.SOURCE, ReportSource.values());
        byValues(items, ColumnNames.DIALLED, Dialled.values());
        ColumnProfile loss = MappingDraft.best(ColumnNames.LOSS_AMOUNT, contacts);
        if (loss != null && loss.sample().stream().allMatch(value -> value.matches("\\d{1,28}(\\.\\d{1,10})?"))) {
            String currency = ColumnNames.isChinese(loss.name()) ? "CNY" : "EUR";
            items.add(new Item(DraftSelect.of(contacts.name(), loss), "loss_amount", "by its name"));
            items.add(new Item(
                    "'" + currency + "'",
                    "loss_currency",
                    DraftSelect.EDIT + " if the losses are in another currency"));
        }
    }

    /** Adds the column whose name fits, if its values are constants; returns whether it did. */
    private boolean byValues(List<Item> items, ColumnNames names, Enum<?>... constants) {
        ColumnProfile column = MappingDraft.best(names, contacts);
        if (column == null || !DraftSelect.isOf(column, constants)) {
            return false;
        }
        items.add(new Item(DraftSelect.of(contacts.name(), column), names.field(), "by its name and its values"));
        return true;
    }

    private static boolean areFields(String values) {
        return Arrays.stream(values.replaceAll("[\\[\\]]", "").split("[,，;；、|]"))
                .filter(value -> !value.isBlank())
                .allMatch(value -> Arrays.stream(Field.values())
                        .anyMatch(field -> field.name().equalsIgnoreCase(value.strip())));
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
                : text + "; " + DraftSelect.EDIT
                        + ": is it the same kind of id? Pseudonyms by another key look like this";
    }

    private Item timeItem(String table, ColumnProfile column, String field) {
        hasLocalTimes |= column != null && column.time().isLocal();
        return DraftSelect.time(table, column, field);
    }
}
