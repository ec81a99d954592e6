package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.simulate.Leak;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The density of the time from a leaked touch to the call, estimated from the true victims of all leaks of a trial: the
 * same for all custodians, so that it does not tell which of them leak. It is constant in bins, with one assumed victim
 * in each. Victims who are called after the window, or before the touch by the clock of the report, count as not
 * explained, so that the density may add up to less than 1.
 */
final class TrueLeadTimes {

    /** Edges of the bins, in hours; the last one is the window. */
    private static final int[] EDGES = {0, 1, 3, 6, 12, 24, 48, 72, 120, 168, 240, 336};

    private static final int WINDOW_HOURS = EDGES[EDGES.length - 1];

    /** Density per day, by hour. */
    private final double[] density = new double[WINDOW_HOURS];

    TrueLeadTimes(Trial trial, List<CausedIncident> incidents) {
        int bins = EDGES.length - 1;
        double[] observed = new double[bins];
        Arrays.fill(observed, 1);
        double victims = bins;
        for (CausedIncident incident : incidents) {
            if (incident.cause() != null) {
                // Which of several touches was leaked is not recorded.
                Leak leak = trial.leaks().get(incident.cause());
                List<ContactTouch> possible = incident.touches().stream()
                        .filter(touch -> touch.custodian().equals(incident.cause())
                                && leak.covers(Instant.ofEpochMilli(touch.touchedAt())))
                        .toList();
                for (ContactTouch touch : possible) {
                    observed[binOf(hourOf(incident.at() - touch.touchedAt()))] += 1.0 / possible.size();
                }
                victims++;
            }
        }
        for (int hour = 0; hour < WINDOW_HOURS; hour++) {
            int bin = binOf(hour);
            density[hour] = 24 * observed[bin] / victims / (EDGES[bin + 1] - EDGES[bin]);
        }
    }

    private static int hourOf(long lead) {
        return (int) Math.min(EventTime.hourOf(lead), WINDOW_HOURS - 1);
    }

    private static int binOf(int hour) {
        int bin = EDGES.length - 2;
        while (hour < EDGES[bin]) {
            bin--;
        }
        return bin;
    }

    /** Returns the density, per day, of a lead time in milliseconds, which is above 0 and at most the window. */
    double density(long lead) {
        return density[hourOf(lead)];
    }

    /**
     * Returns the share of the contacts caused by a day's touches that have been made and reported at the end of a day,
     * by the number of days between the two; from the last element on it does not change.
     *
     * @param reportedWithin probability that a contact is reported within a number of hours, up to 1
     */
    double[] reportedShares(double[] reportedWithin) {
        int longestDelay = reportedWithin.length - 1;
        double[] byAge = new double[WINDOW_HOURS + longestDelay + 24];
        for (int age = 1; age < byAge.length; age++) {
            for (int lead = 0; lead < Math.min(age, WINDOW_HOURS); lead++) {
                byAge[age] += density[lead] / 24 * reportedWithin[Math.min(age - lead, longestDelay)];
            }
        }
        double[] shares = new double[byAge.length / 24 + 1];
        for (int days = 0; days < shares.length - 1; days++) {
            shares[days] =
                    Arrays.stream(byAge, 24 * days, 24 * days + 24).average().orElseThrow();
        }
        shares[shares.length - 1] = byAge[byAge.length - 1];
        return shares;
    }
}
