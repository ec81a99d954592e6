package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Strata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Computes what leaks some data would show, by simulation: the chance of an alert on a custodian, and the number of its
 * victims that had reported by then.
 *
 * <p>Each run draws the touches of one custodian with a number of orders per day, the incidents that its buyers have
 * without a leak, and those that a leak causes from a moment on. They are weighed as an epoch's incidents are: by the
 * background rate of the buyer's stratum, the prior density of lead times, the disclosed fields and the reporting delay,
 * in a {@link LeakChain}, against the threshold of {@link AlertPolicy}. What nobody knows of a leak in advance is drawn
 * anew for each run: how soon the callers call, and what they disclose. Other leaks, waves of calls and rivals, which
 * delay alerts, are not simulated.
 *
 * <p>Seeds are fixed, so equal data give equal results.
 */
public final class DetectionPower {

    /** Days before an alert that count as seen within a week, and within a month. */
    public static final int WEEK = 7;

    public static final int MONTH = 30;

    /** Reported victims per order, descending. */
    private static final double[] RATES = {0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001
    };

    /** Chances beyond which larger or smaller rates are not simulated. */
    private static final double SURE = 0.95;

    private static final double RARE = 0.5;

    /** Reported victims a day of the rate that is simulated first. */
    private static final double FIRST_VICTIMS_PER_DAY = 20;

    private static final int RUNS = 100;

    /** Days before the leak starts. */
    private static final int DAYS_BEFORE = 28;

    private static final int DAYS = DAYS_BEFORE + MONTH + 2;

    /** Lead times of a leak's callers are gamma distributed, with a scale between these, in days. */
    private static final int LEAD_SHAPE = 2;

    private static final double LEAST_LEAD_SCALE = 0.6;
    private static final double LEAD_SCALE_RATIO = 4;

    /** Probability that a leak's callers use a field that the custodian knows, and the range of how often they do. */
    private static final double FIELD_IS_USED = 0.85;

    private static final double LEAST_OFTEN = 0.35;
    private static final double MOST_OFTEN = 0.95;

    /** Highest probability that the callers of a leak name the order. */
    private static final double QUOTES_AT_MOST = 0.4;

    /** Mean above which a number is drawn from a rounded normal distribution. */
    private static final double LARGE_MEAN = 50;

    private static final int FIELDS = Field.values().length;

    /**
     * What the data show of buyers and their contacts.
     *
     * @param incidents number of incidents of buyers at risk, by stratum
     * @param buyerDays days that buyers were at risk, by stratum
     * @param orders number of orders by the stratum of their buyer right after the order
     * @param disclosed number of incidents by the bits of their disclosed fields
     * @param quotes share of contacts that name an order
     * @param delays times from contact to report, in hours
     * @param custodians number of custodians with a touch
     */
    public record Market(
            double[] incidents,
            double[] buyerDays,
            double[] orders,
            double[] disclosed,
            double quotes,
            int[] delays,
            long custodians) {}

    /**
     * What is seen of leaks of one size.
     *
     * @param rate reported victims per order
     * @param victims median number of victims that had reported when the alert was raised; NaN if fewer than half of the
     *     leaks are seen within a month
     * @param week chance of an alert within a week of the leak's start, in [0, 1]
     * @param month the same within a month
     */
    public record Seen(double rate, double victims, double week, double month) {}

    private final ModelSettings settings;
    private final LeakChain chain;
    private final AlertPolicy policy;
    private final LeadTimes leadTimes;
    private final ReportingDelay delay;
    private final double[] reported;
    private final DisclosureLikelihood knowledge;
    private final double[] rates;

    /** Cumulative shares: of strata by orders, of strata by incidents after an order, and of sets of disclosed fields. */
    private final double[] strataOfOrders;

    private final double[] strataOfIncidents;
    private final double[] disclosed;
    private final double quotes;
    private final double incidentsPerOrderDay;

    /** Prepares the simulation for a market. */
    public DetectionPower(Market market, ModelSettings settings) {
        this.settings = settings;
        this.chain = new LeakChain(settings);
        this.policy = AlertPolicy.forBudget(market.custodians, settings);
        this.leadTimes = LeadTimes.prior(settings);
        ReportingDelay.Sample delays = new ReportingDelay.Sample();
        for (int hours : market.delays) {
            delays.add(hours, ReportingDelay.HOURS);
        }
        this.delay = ReportingDelay.learn(delays);
        this.reported = leadTimes.priorReportedWithin(delay);
        BackgroundCallers.Sample sample = new BackgroundCallers.Sample();
        for (int bits = 0; bits < market.disclosed.length; bits++) {
            sample.add(bits, market.disclosed[bits]);
        }
        BackgroundCallers callers = BackgroundCallers.learn(sample);
        this.knowledge = new DisclosureLikelihood(callers, settings);
        double[] patterns = new double[market.disclosed.length];
        Arrays.setAll(patterns, callers::probability);
        this.disclosed = cumulative(patterns);
        this.quotes = market.quotes;
        this.rates = Background.averageRates(market.incidents, market.buyerDays);
        this.strataOfOrders = cumulative(market.orders);
        double[] after = new double[Strata.COUNT];
        Arrays.setAll(after, stratum -> market.orders[stratum] * rates[stratum]);
        this.strataOfIncidents = cumulative(after);
        this.incidentsPerOrderDay =
                Arrays.stream(after).sum() / Arrays.stream(market.orders).sum();
    }

    /** Returns the background rate over all strata, in reported incidents per day of a buyer with an order. */
    public double incidentsPerBuyerDay() {
        return incidentsPerOrderDay;
    }

    /** Returns the evidence (log10) from which on an alert is raised. */
    public double threshold() {
        return policy.raiseAt();
    }

    /**
     * Returns what is seen of leaks of a custodian, by descending rate: from the smallest that is surely seen within a
     * week, or the largest, to one that is rarely seen within a month.
     */
    public List<Seen> of(Role role, double ordersPerDay) {
        int first = 0;
        while (first + 1 < RATES.length && RATES[first] * ordersPerDay > FIRST_VICTIMS_PER_DAY) {
            first++;
        }
        List<Seen> seen = new ArrayList<>();
        seen.add(of(role, ordersPerDay, RATES[first]));
        for (int i = first - 1; i >= 0 && seen.get(0).week < SURE; i--) {
            seen.add(0, of(role, ordersPerDay, RATES[i]));
        }
        for (int i = first + 1; i < RATES.length && seen.get(seen.size() - 1).month >= RARE; i++) {
            seen.add(of(role, ordersPerDay, RATES[i]));
        }
        return seen;
    }

    /** Returns what is seen of leaks of a custodian at one rate, in reported victims per order. */
    public Seen of(Role role, double ordersPerDay, double rate) {
        // In parallel: each run has its own random numbers, and its own place in the result.
        List<Run> runs = IntStream.range(0, RUNS)
                .parallel()
                .mapToObj(number -> run(role, ordersPerDay, rate, number))
                .toList();
        double[] victims = runs.stream()
                .mapToDouble(run -> run.alerted ? run.victims : Double.POSITIVE_INFINITY)
                .toArray();
        long month = runs.stream().filter(run -> run.alerted).count();
        long week = runs.stream()
                .filter(run -> run.alerted && run.daysToAlert <= WEEK)
                .count();
        Arrays.sort(victims);
        double median = (victims[(RUNS - 1) / 2] + victims[RUNS / 2]) / 2;
        return new Seen(
                rate, Double.isInfinite(median) ? Double.NaN : median, week / (double) RUNS, month / (double) RUNS);
    }

    private Run run(Role role, double ordersPerDay, double rate, int number) {
        long seed = Arrays.hashCode(new double[] {role.ordinal(), ordersPerDay, rate, number});
        Run run = new Run(role, ordersPerDay, rate, new Random(seed));
        run.untilAlert();
        return run;
    }

    private static double[] cumulative(double[] weights) {
        double[] sums = weights.clone();
        Arrays.parallelPrefix(sums, Double::sum);
        return sums;
    }

    private static int draw(double[] cumulative, Random random) {
        double wanted = random.nextDouble() * cumulative[cumulative.length - 1];
        int found = Arrays.binarySearch(cumulative, wanted);
        int at = found < 0 ? -found - 1 : found + 1;
        return Math.min(at, cumulative.length - 1);
    }

    /**
     * An incident of a buyer of the custodian. Times are in days.
     *
     * @param knownAt when it is reported
     * @param touchedAt time of the touch
     * @param background B of the buyer
     * @param quoted factor for the quoted order
     * @param number position among all that were drawn
     */
    private record Drawn(
            double at,
            double knownAt,
            double touchedAt,
            double background,
            int disclosed,
            double quoted,
            boolean caused,
            int number) {}

    /** One leak of one custodian. */
    private final class Run {
        private final Random random;
        private final Role role;
        private final double ordersPerDay;
        private final double rate;
        private final double start;

        // Habits of the leak's callers.
        private final double leadScale;
        private final double naming;
        private final double[] discloses = new double[FIELDS];

        private final DisclosureLikelihood.Habit habit;
        private final DailyProducts products = new DailyProducts(DAYS, chain.levels());

        /** Incidents that are not reported yet. */
        private final PriorityQueue<Drawn> pending =
                new PriorityQueue<>(Comparator.comparingDouble(Drawn::knownAt).thenComparingInt(Drawn::number));

        private int drawn;

        /** The chain after the days whose incidents are all reported, and their number. */
        private LeakChain.State complete = chain.start();

        private int completeDays;

        private boolean alerted;
        private double daysToAlert;
        private int victims;

        /** Buyers of incidents that are attributed to the leak, which are not all victims. */
        private int buyers;

        Run(Role role, double ordersPerDay, double rate, Random random) {
            this.random = random;
            this.role = role;
            this.ordersPerDay = ordersPerDay;
            this.rate = rate;
            this.start = DAYS_BEFORE + random.nextDouble();
            this.leadScale = LEAST_LEAD_SCALE * StrictMath.pow(LEAD_SCALE_RATIO, random.nextDouble());
            this.naming = QUOTES_AT_MOST * random.nextDouble();
            for (Field field : Field.values()) {
                boolean isUsed = random.nextDouble() < FIELD_IS_USED
                        && settings.knows().get(role).contains(field);
                double often = LEAST_OFTEN + (MOST_OFTEN - LEAST_OFTEN) * random.nextDouble();
                discloses[field.ordinal()] = isUsed ? often : 0;
            }
            this.habit = knowledge.new Habit(role);
            for (int day = 0; day < DAYS; day++) {
                products.clear(day);
            }
        }

        /** Runs the chain epoch by epoch, until an alert is raised or a month has passed. */
        void untilAlert() {
            for (int day = 0; day < DAYS_BEFORE; day++) {
                draw(day);
            }
            double step = settings.epoch() / (double) EventTime.DAY;
            int days = DAYS_BEFORE;
            for (double now = start; now <= start + MONTH; now += step) {
                while (days < now) {
                    draw(days++);
                }
                int before = buyers;
                while (!pending.isEmpty() && pending.peek().knownAt < now) {
                    report(pending.poll());
                }
                // Evidence hardly rises without a new incident that counts, so an alert is raised with one.
                if (buyers > before && buyers >= settings.alertBuyers() && isRaised(now)) {
                    alerted = true;
                    daysToAlert = now - start;
                    return;
                }
            }
        }

        /** Draws the incidents of the orders of a day. */
        private void draw(int day) {
            int windowDays = settings.windowDays();
            for (int n = number(ordersPerDay * incidentsPerOrderDay * windowDays); n > 0; n--) {
                double touchedAt = day + random.nextDouble();
                double at = touchedAt + windowDays * random.nextDouble();
                double quoted = random.nextDouble() < quotes ? settings.otherOrder() : settings.noOrderQuoted();
                int stratum = DetectionPower.draw(strataOfIncidents, random);
                add(touchedAt, at, stratum, DetectionPower.draw(disclosed, random), quoted, false);
            }
            double from = Math.max(start, day);
            for (int n = number(ordersPerDay * rate * Math.max(0, day + 1 - from)); n > 0; n--) {
                double touchedAt = from + (day + 1 - from) * random.nextDouble();
                int bits = 0;
                for (int field = 0; field < FIELDS; field++) {
                    bits |= random.nextDouble() < discloses[field] ? 1 << field : 0;
                }
                double quoted = random.nextDouble() < naming ? settings.quotedOrder() : settings.noOrderQuoted();
                int stratum = DetectionPower.draw(strataOfOrders, random);
                add(touchedAt, touchedAt + lead(), stratum, bits, quoted, true);
            }
        }

        private void add(double touchedAt, double at, int stratum, int disclosedBits, double quoted, boolean caused) {
            double knownAt = at + (delayHours() + random.nextDouble()) / 24;
            pending.add(new Drawn(at, knownAt, touchedAt, rates[stratum], disclosedBits, quoted, caused, drawn++));
        }

        /** A gamma distributed lead time within the window, in days. */
        private double lead() {
            while (true) {
                double lead = 0;
                for (int i = 0; i < LEAD_SHAPE; i++) {
                    lead -= leadScale * StrictMath.log(1 - random.nextDouble());
                }
                if (lead < settings.windowDays()) {
                    return lead;
                }
            }
        }

        private int delayHours() {
            double wanted = random.nextDouble();
            int low = 0;
            int high = ReportingDelay.HOURS;
            while (high - low > 1) {
                int middle = (low + high) / 2;
                if (delay.within(middle) > wanted) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return low;
        }

        /** A Poisson distributed number. */
        private int number(double mean) {
            if (mean > LARGE_MEAN) {
                return (int) Math.max(0, Math.rint(mean + StrictMath.sqrt(mean) * random.nextGaussian()));
            }
            double product = random.nextDouble();
            double none = StrictMath.exp(-mean);
            int number = 0;
            while (product > none) {
                product *= random.nextDouble();
                number++;
            }
            return number;
        }

        /** Weighs an incident that is reported now. */
        private void report(Drawn incident) {
            victims += incident.caused ? 1 : 0;
            double weight = leadTimes.priorDensity((long) ((incident.at - incident.touchedAt) * EventTime.DAY))
                    * incident.quoted
                    * settings.reliability(null);
            double perLevel = weight * habit.ratio(incident.disclosed);
            double leak = DisclosureLikelihood.HABIT_LEVEL * perLevel;
            habit.learn(incident.disclosed, leak / (leak + incident.background));
            products.multiply((int) incident.touchedAt, perLevel / incident.background);
            double blame = rate * perLevel;
            boolean isBlamed = blame >= AlertPolicy.COUNTED_SHARE * (blame + incident.background);
            buyers += isBlamed && incident.touchedAt >= start ? 1 : 0;
        }

        private boolean isRaised(double now) {
            LeakChain.State state = complete;
            for (int day = completeDays; day < now; day++) {
                int age = (int) ((now - day - 0.5) * 24);
                double share = reported[Math.min(Math.max(age, 0), reported.length - 1)];
                state = chain.forward(state, chain.day(products.logLikelihoods(day, ordersPerDay * share)));
                if (age >= reported.length - 1) {
                    complete = state;
                    completeDays = day + 1;
                }
            }
            return policy.reachedBy(state.statistic() / LeakChain.LN_10)
                    && chain.leakingNow(state) >= AlertPolicy.RAISE_SCORE;
        }
    }
}
