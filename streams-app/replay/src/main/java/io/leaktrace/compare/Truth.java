package io.leaktrace.compare;

import io.leaktrace.domain.Custodian;
import io.leaktrace.runs.RunCsvReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The true leaks and their starts, from a {@code truth.csv} with {@code role,id,from,to}. */
public final class Truth {

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

    private static final List<String> COLUMNS = List.of("role", "id", "from");

    private final SortedMap<Custodian, Instant> leaksFrom;

    private Truth(SortedMap<Custodian, Instant> leaksFrom) {
        this.leaksFrom = leaksFrom;
    }

    /** @throws IOException if the file is not a {@code truth.csv}; the message says where */
    public static Truth read(Path file) throws IOException {
        SortedMap<Custodian, Instant> leaks = new TreeMap<>();
        try (Reader reader = Files.newBufferedReader(file)) {
            CSVParser rows = CSV.parse(reader);
            if (!rows.getHeaderNames().containsAll(COLUMNS)) {
                throw new IOException("its first line does not have the columns " + COLUMNS);
            }
            for (CSVRecord row : rows) {
                try {
                    leaks.put(RunCsvReader.custodian(row), RunCsvReader.time(row.get("from")));
                } catch (IllegalArgumentException | DateTimeException e) {
                    throw new IOException("record " + row.getRecordNumber() + " is not a leak: " + e.getMessage(), e);
                }
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw new IOException("cannot read the truth in " + file + ": it is not in UTF-8", e);
        } catch (IOException | UncheckedIOException e) {
            throw new IOException("cannot read the truth in " + file + ": " + e.getMessage(), e);
        }
        return new Truth(leaks);
    }

    /**
     * Alerts of a run compared with the true leaks.
     *
     * @param found number of leakers on which an alert was raised after the start of the leak
     * @param missed number of other leakers
     * @param innocent number of false alerts: on others, or on leakers before the start of the leak
     * @param medianDelayDays median time from the start of a leak to its alert, in days; NaN if none was found
     */
    public record Score(int found, int missed, int innocent, double medianDelayDays) {}

    /** @param alerts time of the first alert on each custodian */
    public Score score(SortedMap<Custodian, Instant> alerts) {
        List<Double> delays = new ArrayList<>();
        int innocent = 0;
        for (Custodian custodian : alerts.keySet()) {
            Instant from = leaksFrom.get(custodian);
            if (from == null || alerts.get(custodian).isBefore(from)) {
                innocent++;
            } else {
                delays.add(Duration.between(from, alerts.get(custodian)).toMillis() / (double) 86_400_000);
            }
        }
        delays.sort(null);
        int middle = delays.size() / 2;
        double median;
        if (delays.isEmpty()) {
            median = Double.NaN;
        } else if (delays.size() % 2 == 1) {
            median = delays.get(middle);
        } else {
            median = (delays.get(middle - 1) + delays.get(middle)) / 2;
        }
        return new Score(delays.size(), leaksFrom.size() - delays.size(), innocent, median);
    }
}
