package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.ModelSettings.LeadTimePrior;
import java.util.Arrays;

/**
 * The densities of the lead time from a touch to a contact that it causes: for each role a density over the join
 * window, in cells of one hour.
 *
 * <p>The prior is a mixture of a log-normal and an exponential density, truncated at the window and renormalised; by
 * default 0.8 log-normal with median 1 day and σ 1, and 0.2 exponential with mean 5 days. A role's density is
 * corrected, in a few broad bins, by the lead times of the incidents attributed to well-established suspects of that
 * role.
 */
public final class LeadTimes {

    /** Lower edges of the bins in which a density is corrected, in hours; the last bin ends at the window. */
    private static final int[] BIN_EDGES = {0, 6, 12, 24, 48, 72, 120, 192, 288};

    private static final int STEPS_PER_CELL = 16;

    private final int hours;
    private final double[] prior;
    /** Probability of each cell, by role. */
    private final double[][] mass;

    private LeadTimes(double[] prior, double[][] mass) {
        this.hours = prior.length;
        this.prior = prior;
        this.mass = mass;
    }

    /** Returns the prior densities, the same for all roles. */
    static LeadTimes prior(ModelSettings settings) {
        int windowHours = settings.windowHours();
        double[] cells = new double[windowHours];
        double total = 0;
        for (int i = 0; i < windowHours; i++) {
            cells[i] = settings.has(ModelComponent.LEAD_TIME)
                    ? integrate(settings.leadTimePrior(), i / 24.0, (i + 1) / 24.0)
                    : 1;
            total += cells[i];
        }
        for (int i = 0; i < windowHours; i++) {
            cells[i] /= total;
        }
        double[][] mass = new double[Role.values().length][];
        Arrays.fill(mass, cells);
        return new LeadTimes(cells, mass);
    }

    /** Integrates the prior density between two times in days, by Simpson's rule. */
    private static double integrate(LeadTimePrior prior, double from, double to) {
        double step = (to - from) / STEPS_PER_CELL;
        double sum = density(prior, from) + density(prior, to);
        for (int i = 1; i < STEPS_PER_CELL; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * density(prior, from + i * step);
        }
        return sum * step / 3;
    }

    private static double density(LeadTimePrior prior, double days) {
        double exponential = StrictMath.exp(-days / prior.slowMean()) / prior.slowMean();
        if (days <= 0) {
            return (1 - prior.quickShare()) * exponential;
        }
        double standard = StrictMath.log(days / prior.quickMedian()) / prior.quickSigma();
        double logNormal =
                StrictMath.exp(-standard * standard / 2) / (days * prior.quickSigma() * StrictMath.sqrt(2 * Math.PI));
        return prior.quickShare() * logNormal + (1 - prior.quickShare()) * exponential;
    }

    /** Sums of attributed shares of incidents, by role and bin of the lead time. */
    public static final class Sample {
        private final double[][] blamed = new double[Role.values().length][BIN_EDGES.length];

        public Sample() {}

        /** Returns the sample with these {@link #values()}, or an empty one if their number does not match. */
        public static Sample of(double[] values) {
            Sample sample = new Sample();
            if (values.length == Role.values().length * BIN_EDGES.length) {
                for (int role = 0; role < sample.blamed.length; role++) {
                    System.arraycopy(values, role * BIN_EDGES.length, sample.blamed[role], 0, BIN_EDGES.length);
                }
            }
            return sample;
        }

        /** Adds a lead time, in milliseconds, with the share of the incident that is attributed to the touch. */
        void add(Role role, long lead, double share) {
            blamed[role.ordinal()][binOf((int) EventTime.hourOf(lead))] += share;
        }

        /** Returns the sums by role and bin, one role after the other. */
        public double[] values() {
            return Arrays.stream(blamed).flatMapToDouble(Arrays::stream).toArray();
        }
    }

    /** Returns these densities, which are the prior, corrected by a sample. */
    LeadTimes learn(ModelSettings settings, Sample sample) {
        if (!settings.has(ModelComponent.LEAD_TIME)) {
            return this;
        }
        double[][] mass = new double[Role.values().length][];
        for (int role = 0; role < mass.length; role++) {
            mass[role] = corrected(prior, sample.blamed[role], settings.leadTimePriorWeight());
        }
        return new LeadTimes(prior, mass);
    }

    private static double[] corrected(double[] prior, double[] blamed, double priorWeight) {
        double total = 0;
        for (double share : blamed) {
            total += share;
        }
        if (total == 0) {
            return prior;
        }
        double[] priorOfBin = new double[BIN_EDGES.length];
        for (int hour = 0; hour < prior.length; hour++) {
            priorOfBin[binOf(hour)] += prior[hour];
        }
        double[] cells = new double[prior.length];
        for (int hour = 0; hour < prior.length; hour++) {
            int bin = binOf(hour);
            double learned = (priorWeight * priorOfBin[bin] + blamed[bin]) / (priorWeight + total);
            cells[hour] = prior[hour] * learned / priorOfBin[bin];
        }
        return cells;
    }

    private static int binOf(int hour) {
        int bin = BIN_EDGES.length - 1;
        while (hour < BIN_EDGES[bin]) {
            bin--;
        }
        return bin;
    }

    /** Returns the density, per day, of a lead time in milliseconds; 0 outside the window. */
    double density(Role role, long lead) {
        if (lead <= 0) {
            return 0;
        }
        long hour = EventTime.hourOf(lead);
        return hour >= hours ? 0 : 24 * mass[role.ordinal()][(int) hour];
    }

    /**
     * Returns the densities, per day, of lead times of a whole number of hours in milliseconds and less than one more, by
     * this number; 0 at the end of the window, the last element.
     */
    double[] densities(Role role) {
        double[] densities = new double[hours + 1];
        for (int hour = 0; hour < hours; hour++) {
            densities[hour] = 24 * mass[role.ordinal()][hour];
        }
        return densities;
    }

    /** Returns the prior density, per day, of a lead time in milliseconds; 0 outside the window. */
    double priorDensity(long lead) {
        if (lead <= 0) {
            return 0;
        }
        long hour = EventTime.hourOf(lead);
        return hour >= hours ? 0 : 24 * prior[(int) hour];
    }

    /**
     * Returns, for each role, the probability that a contact caused by a touch has happened and been reported by an age
     * of h hours since the touch, at index h.
     */
    double[][] reportedWithin(ReportingDelay delay) {
        double[][] reported = new double[mass.length][];
        for (int role = 0; role < mass.length; role++) {
            boolean asPrior = mass[role] == prior;
            reported[role] = asPrior && role > 0 && mass[0] == prior ? reported[0] : convolve(mass[role], delay);
        }
        return reported;
    }

    /** Returns the same probabilities under the prior density. */
    double[] priorReportedWithin(ReportingDelay delay) {
        return convolve(prior, delay);
    }

    private double[] convolve(double[] cells, ReportingDelay delay) {
        double[] reported = new double[hours + ReportingDelay.HOURS + 1];
        for (int age = 1; age < reported.length; age++) {
            double sum = 0;
            for (int lead = 0; lead < Math.min(age, hours); lead++) {
                sum += cells[lead] * delay.within(age - lead);
            }
            reported[age] = sum;
        }
        return reported;
    }
}
