package io.leaktrace.api;

import io.javalin.http.Context;
import io.leaktrace.domain.SafeText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A list as a response: a page of it as JSON, or all of it as CSV or JSON Lines. */
final class Listing {

    private static final int SIZE = 50;
    private static final int LARGEST_SIZE = 500;

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator("\n").get();

    private Listing() {}

    /**
     * Sends a list.
     *
     * @param name name of the list, for the file name
     * @param rows all rows that match the filters
     * @param view converts a row to JSON; called only for the rows that are sent
     */
    static <T> void send(Context http, String name, List<T> rows, Function<T, Map<String, Object>> view) {
        String format = http.queryParam("format");
        if (format == null || format.equals("json")) {
            sendPage(http, rows, view);
        } else if (format.equals("csv")) {
            download(
                    http,
                    name + ".csv",
                    "text/csv; charset=utf-8",
                    csv(rows.stream().map(view).toList()));
        } else if (format.equals("ndjson")) {
            download(
                    http,
                    name + ".ndjson",
                    "application/x-ndjson",
                    Json.lines(rows.stream().map(view).toList()));
        } else {
            throw new Problem(400, "there is no format '" + format + "'; there are json, csv and ndjson");
        }
    }

    static void download(Context http, String file, String type, String text) {
        http.header("Content-Disposition", "attachment; filename=\"" + file + "\"");
        http.contentType(type).result(text);
    }

    private static <T> void sendPage(Context http, List<T> rows, Function<T, Map<String, Object>> view) {
        int size = number(http, "size", SIZE, LARGEST_SIZE);
        int page = number(http, "page", 1, Integer.MAX_VALUE);
        long from = Math.min((long) (page - 1) * size, rows.size());
        long to = Math.min(from + size, rows.size());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "items", rows.subList((int) from, (int) to).stream().map(view).toList());
        answer.put("total", rows.size());
        answer.put("page", page);
        answer.put("size", size);
        Json.send(http, answer);
    }

    static int number(Context http, String name, int standard, int most) {
        String given = http.queryParam(name);
        if (given == null) {
            return standard;
        }
        try {
            int number = Integer.parseInt(given);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        throw new Problem(400, name + " must be a number from 1 to " + most + ", not '" + given + "'");
    }

    /** Rows as CSV with the columns of the first row; nested values are JSON. */
    private static String csv(List<Map<String, Object>> rows) {
        StringWriter text = new StringWriter();
        try (CSVPrinter csv = new CSVPrinter(text, CSV)) {
            if (!rows.isEmpty()) {
                csv.printRecord(rows.get(0).keySet());
            }
            for (Map<String, Object> row : rows) {
                List<Object> cells = new ArrayList<>();
                row.values().forEach(value -> cells.add(cell(value)));
                csv.printRecord(cells);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** A value as a cell; text that a spreadsheet would read as a formula is marked as text. */
    static Object cell(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Map || value instanceof List) {
            return Json.text(value);
        }
        return value instanceof Number ? value.toString() : SafeText.forSpreadsheet(value.toString());
    }
}
