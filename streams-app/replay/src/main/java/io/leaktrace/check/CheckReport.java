package io.leaktrace.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.leaktrace.domain.Role;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a check found. Its JSON form has the same names.
 *
 * @param findings the most important first
 * @param sampled share of the buyers whose records were examined one by one, in (0, 1]; counts of rows are of all
 * @param contacts figures on contacts and their buyers
 * @param background null without orders or contacts
 * @param power empty if it was not asked for, or if there is no background
 */
public record CheckReport(
        Verdict verdict,
        List<CheckFinding> findings,
        double sampled,
        Rows rows,
        Times times,
        Orders orders,
        Contacts contacts,
        List<RoleCoverage> roles,
        List<Clock> clocks,
        List<Together> together,
        Background background,
        List<Power> power) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Returns the same figures with a verdict and its findings. */
    CheckReport judged(Verdict newVerdict, List<CheckFinding> newFindings) {
        return new CheckReport(
                newVerdict,
                newFindings,
                sampled,
                rows,
                times,
                orders,
                contacts,
                roles,
                clocks,
                together,
                background,
                power);
    }

    /** Whether the data can answer which custodian leaks. */
    public enum Verdict {
        FINE(0, "fine"),
        RESERVATIONS(4, "usable with reservations"),
        CANNOT(5, "these data cannot answer which custodian leaks");

        private final int exitCode;
        private final String text;

        Verdict(int exitCode, String text) {
            this.exitCode = exitCode;
            this.text = text;
        }

        /** Exit code of the command. */
        public int exitCode() {
            return exitCode;
        }

        public String text() {
            return text;
        }
    }

    /**
     * Numbers of rows.
     *
     * @param leftOut rows that were no records
     * @param reasons number of rows left out by reason, the most frequent first; names in reasons are replaced by …
     * @param duplicateShare share of the examined records whose id occurred before
     */
    public record Rows(
            long orderEvents, long contacts, long leftOut, Map<String, Long> reasons, double duplicateShare) {}

    /**
     * Spans of event times, without the outermost half percent of records at either end.
     *
     * @param ordersFrom first day of order events, as in 2024-07-01; null if there are none, as for the others
     * @param days whole days from the first to the last order event
     */
    public record Times(
            String ordersFrom, String ordersTo, String contactsFrom, String contactsTo, long days, List<Gap> gaps) {}

    /**
     * A span of days with hardly any record.
     *
     * @param of what is missing, as in {@code order events}
     * @param from first day
     * @param to last day
     * @param usual usual number of records a day
     */
    public record Gap(String of, String from, String to, long usual) {}

    /**
     * Figures on orders.
     *
     * @param perDay orders a day
     * @param buyers number of buyers with an order
     * @param repeatBuyers share of them with a second order
     * @param custodians number of custodians with a touch
     * @param largest number of orders a day of the custodian with the most, and its role
     */
    public record Orders(
            double perDay, double buyers, double repeatBuyers, long custodians, double largest, Role largestRole) {}

    /**
     * Figures on the contacts that have enough orders before them to be matched.
     *
     * @param examined number of these contacts
     * @param matched share whose buyer had an order in the window before
     * @param noOrder share whose buyer has no order at all
     * @param orderLater share whose buyer ordered only later
     * @param orderOutsideWindow share whose buyer ordered only longer before
     * @param quoting share of all contacts that name an order
     * @param quotedLater share of those naming a known order that came before it
     */
    public record Contacts(
            long examined,
            double matched,
            double noOrder,
            double orderLater,
            double orderOutsideWindow,
            double quoting,
            double quotedLater) {}

    /**
     * How many orders name a custodian of a role.
     *
     * @param custodians number of custodians of the role
     * @param orders share of the orders that are old enough to be complete
     */
    public record RoleCoverage(Role role, long custodians, double orders) {}

    /**
     * The hours at which a series of records has its most.
     *
     * @param of the series, as in {@code PLACED events} or {@code contacts from POLICE}
     * @param peakHour mean hour of the day in UTC, in [0, 24); null if there is no clear one
     * @param sameMinute share of records at one and the same minute of the day
     */
    public record Clock(String of, long records, Double peakHour, double sameMinute) {}

    /**
     * Custodians that come together in nearly all of their orders.
     *
     * @param custodians as in {@code SELLER:s-17}
     * @param ordersPerDay of the one with the most
     */
    public record Together(List<String> custodians, double ordersPerDay) {}

    /**
     * Reported incidents without regard to a leak.
     *
     * @param incidentsPerBuyerDay reported incidents a day of a buyer with an order in the window before
     * @param threshold evidence (log10) from which on an alert is raised
     */
    public record Background(double incidentsPerBuyerDay, double threshold) {}

    /**
     * What leaks of a custodian would be seen.
     *
     * @param inData whether a custodian of the data has as many orders
     * @param week the smallest leak that is seen within a week with a chance of at least 80%; null if there is none
     * @param month the same within a month
     * @param leaks leaks by descending rate
     */
    public record Power(Role role, int ordersPerDay, boolean inData, Leak week, Leak month, List<Leak> leaks) {}

    /**
     * A leak and its chance to be seen.
     *
     * @param ratePercent reported victims per hundred orders
     * @param victims median number of victims that have reported when the alert is raised; null if most are not seen
     * @param weekPercent chance that it is seen within a week, in percent
     * @param monthPercent chance that it is seen within a month, in percent
     */
    public record Leak(double ratePercent, Double victims, long weekPercent, long monthPercent) {}

    /** The whole report as JSON, without a line end after it. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The verdict and the findings, in the form in which a manifest contains them. */
    public Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("verdict", verdict.name());
        described.put("findings", findings.stream().map(CheckReport::described).toList());
        return described;
    }

    private static Map<String, String> described(CheckFinding finding) {
        Map<String, String> described = new LinkedHashMap<>();
        described.put("level", finding.level().name());
        described.put("kind", finding.kind().name());
        described.put("text", finding.text());
        return described;
    }
}
