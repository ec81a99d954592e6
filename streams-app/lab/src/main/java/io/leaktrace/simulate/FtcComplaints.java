package io.leaktrace.simulate;

import io.leaktrace.files.BadLineListener;
import io.leaktrace.imports.CsvRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.LongStream;

/** Reader of call times and reporting delays in the Do Not Call complaints of the US Federal Trade Commission. */
public final class FtcComplaints {

    private FtcComplaints() {}

    /**
     * The habits in a file of complaints ({@code violation} is the time of the call, {@code created} that of the
     * report). Calls in the hour after midnight are left out, because complaints without a time have the same value; so
     * are reports before the call or more than 14 days after it.
     *
     * @throws IOException if the file cannot be read, or has no usable complaint
     */
    public static CallHabits habits(Path file, BadLineListener badLines) throws IOException {
        double[] hours = new double[24];
        LongStream.Builder delays = LongStream.builder();
        CsvRows.read(
                file,
                List.of("created", "violation"),
                row -> {
                    Instant called = row.time("violation", ZoneOffset.UTC);
                    Instant reported = row.time("created", ZoneOffset.UTC);
                    int hour = called.atOffset(ZoneOffset.UTC).getHour();
                    long delay = Duration.between(called, reported).toSeconds();
                    if (hour > 0 && delay > 0 && delay <= CallHabits.LONGEST_DELAY) {
                        hours[hour]++;
                        delays.add(delay);
                    }
                },
                badLines);
        long[] measured = delays.build().toArray();
        if (measured.length == 0) {
            throw new IOException(file + " has no complaint with usable times of call and report");
        }
        return CallHabits.measured(hours, measured);
    }
}
