package io.leaktrace.cli;

import io.leaktrace.check.CheckFinding;
import io.leaktrace.check.CheckFinding.Level;
import io.leaktrace.check.CheckReport;
import io.leaktrace.check.CheckReport.Contacts;
import io.leaktrace.check.CheckReport.Leak;
import io.leaktrace.check.CheckReport.Orders;
import io.leaktrace.check.CheckReport.Power;
import io.leaktrace.check.CheckReport.RoleCoverage;
import io.leaktrace.check.CheckReport.Rows;
import io.leaktrace.check.CheckReport.Times;
import io.leaktrace.domain.SafeText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The text of a check's report. */
final class CheckText {

    private static final int LINE = 110;

    private final PrintWriter out;
    private final CheckReport report;

    private CheckText(PrintWriter out, CheckReport report) {
        this.out = out;
        this.report = report;
    }

    /** Prints the whole report: verdict, findings, figures, and which leaks would be seen. */
    static void print(PrintWriter out, CheckReport report) {
        CheckText text = new CheckText(out, report);
        text.findings();
        text.figures();
        text.roles();
        text.power();
        out.flush();
    }

    /** Prints the verdict and the first finding in one line; nothing if the data are fine. */
    static void printShort(PrintWriter out, CheckReport report) {
        List<CheckFinding> serious = report.findings().stream()
                .filter(finding -> finding.level() != Level.NOTE)
                .toList();
        if (!serious.isEmpty()) {
            String more = serious.size() == 1 ? "" : serious.size() - 1 + " more; ";
            out.println("Check: " + report.verdict().text() + ". "
                    + SafeText.forTerminal(serious.get(0).text()) + " (" + more
                    + "'leaktrace check' says what to do.)");
            out.flush();
        }
    }

    private void line(String text, Object... values) {
        out.println(String.format(Locale.ROOT, text, values));
    }

    private void findings() {
        String verdict = report.verdict().text();
        line("%s%s.", verdict.substring(0, 1).toUpperCase(Locale.ROOT), verdict.substring(1));
        for (CheckFinding finding : report.findings()) {
            out.println();
            wrapped(finding.level() + " " + finding.kind() + ": " + finding.text(), "");
            wrapped("To do: " + finding.advice(), "  ");
        }
        out.println();
    }

    private void wrapped(String text, String indent) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : SafeText.forTerminal(text).split(" ")) {
            if (line.length() + word.length() > LINE && line.length() > indent.length()) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(indent.isEmpty() ? "  " : indent);
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    private void figures() {
        Rows rows = report.rows();
        line(
                "Rows         %,d order events, %,d contacts; %,d left out, %s duplicates",
                rows.orderEvents(), rows.contacts(), rows.leftOut(), percent(rows.duplicateShare()));
        rows.reasons().forEach((reason, number) -> line("             %,d × %s", number, SafeText.forTerminal(reason)));
        Times times = report.times();
        if (times.ordersFrom() != null) {
            line("Orders from  %s to %s, %,d days", times.ordersFrom(), times.ordersTo(), times.days());
            Orders orders = report.orders();
            line(
                    "             %,.0f a day, of %,.0f buyers; %s of the buyers order again",
                    orders.perDay(), orders.buyers(), percent(orders.repeatBuyers()));
        }
        if (times.contactsFrom() != null) {
            line("Contacts of  %s to %s", times.contactsFrom(), times.contactsTo());
            Contacts contacts = report.contacts();
            line(
                    "             %s follow an order of their buyer; of %s no order is known, of %s only a later one, of %s"
                            + " only one too long before",
                    percent(contacts.matched()),
                    percent(contacts.noOrder()),
                    percent(contacts.orderLater()),
                    percent(contacts.orderOutsideWindow()));
        }
        if (report.background() != null) {
            line(
                    "Background   %.2f reported incidents a day of 1,000 buyers with a recent order",
                    1000 * report.background().incidentsPerBuyerDay());
        }
        if (report.sampled() < 1) {
            line("             Buyers and orders are examined on %s of the buyers.", percent(report.sampled()));
        }
        out.println();
    }

    private void roles() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("role", "custodians", "orders with one"));
        for (RoleCoverage coverage : report.roles()) {
            rows.add(List.of(
                    coverage.role().name(),
                    String.format(Locale.ROOT, "%,d", coverage.custodians()),
                    percent(coverage.orders())));
        }
        TextTable.print(out, rows);
    }

    private void power() {
        if (report.power().isEmpty()) {
            return;
        }
        out.println();
        out.println(
                "Leaks that would be seen, in reported victims per order: the smallest with a chance of 80%, and how many");
        out.println("victims have reported when the alert is raised.");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("role", "orders a day", "within a week", "victims", "within a month", "victims"));
        for (Power power : report.power()) {
            rows.add(List.of(
                    power.role().name(),
                    String.format(Locale.ROOT, "%,d", power.ordersPerDay()) + (power.inData() ? "" : " (none here)"),
                    chance(power.week(), true),
                    victims(power.week()),
                    chance(power.month(), false),
                    victims(power.month())));
        }
        TextTable.print(out, rows);
    }

    private static String chance(Leak leak, boolean week) {
        if (leak == null) {
            return "none";
        }
        return String.format(Locale.ROOT, "%s%%", rate(leak.ratePercent()))
                + String.format(Locale.ROOT, " (chance %d%%)", week ? leak.weekPercent() : leak.monthPercent());
    }

    private static String victims(Leak leak) {
        return leak == null || leak.victims() == null ? "-" : String.format(Locale.ROOT, "%.0f", leak.victims());
    }

    private static String rate(double percent) {
        String text = String.format(Locale.ROOT, "%.2f", percent);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    private static String percent(double share) {
        double percent = 100 * share;
        return percent > 0 && percent < 10
                ? String.format(Locale.ROOT, "%.1f%%", percent)
                : String.format(Locale.ROOT, "%.0f%%", percent);
    }
}
