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
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Strata;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Fills a market's book with so many contacts within its horizon and solves it day by day:
 * {@code EpochsMain CONTACTS SEED THREADS FILE_FOR_THE_ANSWER}.
 *
 * <p>The orders of contacts and the counts of the ledger are of the same buyers: all of them order at the same rates, and
 * background callers call all of them alike. If the ledger counted fewer orders than the contacts have, the data would
 * say that the buyers of every custodian are called more often than others, and that all custodians lost their orders.
 */
final class EpochsMain {

    private static final int CUSTODIANS = 2_100;
    private static final int NODES = 100;
    private static final int TOUCHES_PER_ORDER = 4;

    /** Of all buyers: one order in the last 7 days. */
    private static final int STRATUM = 1;

    /** Buyers for each contact in the horizon. */
    private static final int BUYERS_PER_CONTACT = 40;

    /** Touches of a buyer's orders within the join window before and after a contact, in the mean. */
    private static final int RECENT_TOUCHES = 8;

    /** Days before the first contact from which on buyers order as often; before, they ordered less often. */
    private static final int RECENT_DAYS = 14;

    /** Touches per day before; makes the number of former custodians of a contact about 20 at the end. */
    private static final double EARLIER_TOUCHES_PER_DAY = 0.05;

    /** Custodians that lost their orders of the past, and one of how many contacts is a call through them. */
    private static final int ARCHIVES = 10;

    private static final int CONTACTS_PER_CALL = 50;

    private static final long FIRST_DAY =
            EventTime.dayOf(Instant.parse("2026-01-05T00:00:00Z").toEpochMilli());

    private static final long RECENT_FROM = FIRST_DAY - RECENT_DAYS;

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
            book.accept(exposures(FIRST_DAY + day, BUYERS_PER_CONTACT * contactsInHorizon));
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

    private double touchesPerDay(long day) {
        return day < RECENT_FROM ? EARLIER_TOUCHES_PER_DAY : RECENT_TOUCHES / (2.0 * model.window() / EventTime.DAY);
    }

    /** Returns the orders of all buyers on a day; with the first day, also the touches of the memory before it. */
    private Exposures exposures(long day, int buyers) {
        TreeMap<Long, Integer> touches = new TreeMap<>();
        long from = day == FIRST_DAY ? FIRST_DAY - 7L * model.memoryWeeks() : day;
        for (long on = from; on <= day; on++) {
            touches.put(on, (int) (buyers * touchesPerDay(on) / CUSTODIANS));
        }
        Exposures exposures = Exposures.none();
        custodians.forEach(custodian -> exposures.touches().put(custodian, touches));
        exposures.orders().put(day, touches.get(day) * CUSTODIANS / TOUCHES_PER_ORDER);
        if (day == FIRST_DAY) {
            exposures.atRisk().get(STRATUM).put(day * 24, buyers);
        }
        return exposures;
    }

    private ContactEvidence evidence(int number, long today) {
        long at = today + random.nextLong(EventTime.DAY - 2);
        TreeMap<Long, Custodian> orders = new TreeMap<>();
        addOrders(orders, at - 7L * model.memoryWeeks() * EventTime.DAY, RECENT_FROM * EventTime.DAY);
        addOrders(orders, RECENT_FROM * EventTime.DAY, at + model.window());
        boolean isCampaign = number % CONTACTS_PER_CALL == 0;
        if (isCampaign) {
            long touchedAt = at - model.window() - random.nextLong(90 * EventTime.DAY);
            orders.put(touchedAt, custodians.get(NODES + random.nextInt(ARCHIVES)));
        }
        List<ContactTouch> touches = new ArrayList<>();
        orders.tailMap(at - model.window())
                .forEach((time, custodian) ->
                        touches.add(new ContactTouch(custodian, "o-" + number + "-" + time, time)));
        TreeMap<Custodian, Integer> weeks = new TreeMap<>();
        orders.headMap(at)
                .forEach((time, custodian) ->
                        weeks.merge(custodian, PastCustodian.week(at, time), (some, others) -> some | others));
        List<Integer> hoursAtRisk = new ArrayList<>(Collections.nCopies(Strata.COUNT, 0));
        hoursAtRisk.set(STRATUM, (int) EventTime.hourOf(model.window()));
        return new ContactEvidence(
                "c-" + number,
                "b-" + number,
                at,
                at + 1,
                disclosed(isCampaign),
                null,
                null,
                false,
                STRATUM,
                hoursAtRisk,
                touches,
                weeks.entrySet().stream()
                        .map(entry -> new PastCustodian(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /** Adds touches of a buyer's orders in a time in which all days have the same rate. */
    private void addOrders(TreeMap<Long, Custodian> orders, long from, long to) {
        double perDay = touchesPerDay(EventTime.dayOf(from));
        long at = from;
        while (true) {
            at += (long) (random.nextExponential() / perDay * EventTime.DAY) + 1;
            if (at >= to) {
                return;
            }
            orders.put(at, custodians.get(random.nextInt(CUSTODIANS)));
        }
    }

    /** Most callers disclose nothing or a little; some know an order. Those with a seller's data know what it knows. */
    private int disclosed(boolean isCampaign) {
        double known = isCampaign ? 0.5 : random.nextInt(10) < 3 ? 0 : random.nextInt(4) == 0 ? 0.45 : 0.12;
        Set<Field> fields = isCampaign ? model.knows().get(Role.SELLER) : Set.of(Field.values());
        int disclosed = 0;
        for (Field field : Field.values()) {
            disclosed |= random.nextDouble() < known && fields.contains(field) ? 1 << field.ordinal() : 0;
        }
        return disclosed;
    }
}
