package io.leaktrace.benchmarks.studies;

import io.leaktrace.benchmarks.process.JavaProcess;
import io.leaktrace.benchmarks.process.ProcessFigures;
import io.leaktrace.benchmarks.process.PropertiesFile;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Fills a market's book with so many contacts within its horizon and solves it day by day:
 * {@code EpochsMain CONTACTS SEED THREADS FILE_FOR_THE_ANSWER}.
 */
final class EpochsMain {

    private static final int CUSTODIANS = 2_100;
    private static final int NODES = 100;
    private static final int PAST_CUSTODIANS = 20;
    private static final int PAST_WEEKS = 26;
    private static final int TOUCHES_PER_CONTACT = 8;
    /** Makes the expected number of former custodians of a contact about {@link #PAST_CUSTODIANS}. */
    private static final int TOUCHES_PER_DAY = 60;

    private static final long FIRST_DAY =
            EventTime.dayOf(Instant.parse("2026-01-05T00:00:00Z").toEpochMilli());

    /** Days solved once the horizon is full; the median of them is told. */
    private static final int MEASURED_DAYS = 5;

    private final ModelSettings model = ModelSettings.defaults().withEpoch(EventTime.DAY);
    private final MarketBook book;
    private final List<Custodian> custodians = new ArrayList<>();
    private final SplittableRandom random;

    private EpochsMain(long seed, int threads) {
        book = new MarketBook(model, new Localizer(model, "bench", threads), 1, true);
        random = new SplittableRandom(seed);
        for (int i = 0; i < CUSTODIANS; i++) {
            custodians.add(
                    i < NODES ? new Custodian(Role.LOGISTICS_NODE, "n-" + i) : new Custodian(Role.SELLER, "s-" + i));
        }
    }

    public static void main(String[] arguments) {
        JavaProcess.endWithParent();
        int contacts = Integer.parseInt(arguments[0]);
        double seconds =
                new EpochsMain(Long.parseLong(arguments[1]), Integer.parseInt(arguments[2])).secondsToSolve(contacts);
        PropertiesFile.write(
                Path.of(arguments[3]),
                Map.of(
                        "seconds",
                        Double.toString(seconds),
                        "peakBytes",
                        Long.toString(ProcessFigures.now().peakBytes())));
        System.exit(0);
    }

    private double secondsToSolve(int contactsInHorizon) {
        int horizon = model.slidingDays();
        int days = horizon + MEASURED_DAYS;
        double[] seconds = new double[days];
        int contact = 0;
        for (int day = 0; day < days; day++) {
            long today = (FIRST_DAY + day) * EventTime.DAY;
            book.accept(exposures(FIRST_DAY + day));
            for (; contact < (long) contactsInHorizon * (day + 1) / horizon; contact++) {
                book.accept(evidence(contact, today));
            }
            boolean last = day == days - 1;
            book.accept(new Progress(0, today + EventTime.DAY, today + EventTime.DAY - 1, last, new TreeMap<>()));
            while (book.closable().isPresent()) {
                long start = System.nanoTime();
                book.close();
                seconds[day] = (System.nanoTime() - start) / 1e9;
            }
        }
        double[] measured = Arrays.copyOfRange(seconds, horizon, days);
        Arrays.sort(measured);
        return measured[MEASURED_DAYS / 2];
    }

    private Exposures exposures(long day) {
        Exposures exposures = Exposures.none();
        for (Custodian custodian : custodians) {
            exposures.touches().put(custodian, new TreeMap<>(Map.of(day, TOUCHES_PER_DAY)));
        }
        exposures.orders().put(day, CUSTODIANS);
        exposures.atRisk().get(1).put(day * 24, 10 * CUSTODIANS);
        return exposures;
    }

    private ContactEvidence evidence(int number, long today) {
        long at = today + random.nextLong(EventTime.DAY - 2);
        TreeSet<Long> times = new TreeSet<>();
        for (int i = 0; i < TOUCHES_PER_CONTACT; i++) {
            times.add(at - model.window() + random.nextLong(2 * model.window()));
        }
        List<ContactTouch> touches = new ArrayList<>();
        times.forEach(time -> touches.add(
                new ContactTouch(custodians.get(random.nextInt(CUSTODIANS)), "o-" + number + "-" + time, time)));
        TreeMap<Custodian, PastCustodian> past = new TreeMap<>();
        for (int i = 0; i < PAST_CUSTODIANS; i++) {
            Custodian custodian = custodians.get(random.nextInt(CUSTODIANS));
            past.put(custodian, new PastCustodian(custodian, 1 << random.nextInt(PAST_WEEKS)));
        }
        return new ContactEvidence(
                "c-" + number,
                "b-" + number,
                at,
                at + 1,
                0,
                null,
                null,
                false,
                1,
                List.of(100, 100, 0, 0, 0),
                touches,
                List.copyOf(past.values()));
    }
}
