package io.leaktrace.evaluate;

import java.awt.BasicStroke;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots of an evaluation: precision by recall, and early detection by false alerts. */
final class Plots {

    private static final int RECALL_STEPS = 20;
    private static final double MAX_FALSE_ALERTS = 10;
    private static final int EARLY = 10;

    private Plots() {}

    static void write(Result result, Path folder) throws IOException {
        List<String> shown =
                result.contestants().stream().filter(Contestants::isCompared).toList();
        save(precisionRecall(result, shown), folder.resolve("precision-recall"));
        save(delay(result, shown), folder.resolve("delay"));
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(600)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(java.awt.Color.WHITE);
        return chart;
    }

    private static void add(XYChart chart, String contestant, double[] x, double[] y) {
        XYSeries series = chart.addSeries(contestant, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(contestant.equals(Contestants.OURS) ? 4 : 1.5f));
    }

    /** The best precision at each recall or above, averaged over all trials with leaks. */
    private static XYChart precisionRecall(Result result, List<String> shown) {
        XYChart chart = chart("Rankings on the last day, mean of all cells and seeds", "recall", "precision");
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setYAxisMax(1.0);
        double[] recall = new double[RECALL_STEPS];
        Arrays.setAll(recall, i -> (i + 1.0) / RECALL_STEPS);
        for (String contestant : shown) {
            double[] sum = new double[RECALL_STEPS];
            int trials = 0;
            for (Outcome outcome : result.outcomes()) {
                int[] ranks = outcome.leakRanks();
                if (!outcome.contestant().equals(contestant) || ranks.length == 0) {
                    continue;
                }
                trials++;
                for (int step = 0; step < RECALL_STEPS; step++) {
                    double best = 0;
                    for (int i = (int) Math.ceil(recall[step] * ranks.length - 1e-9) - 1; i < ranks.length; i++) {
                        best = Math.max(best, (i + 1.0) / ranks[i]);
                    }
                    sum[step] += best;
                }
            }
            int divisor = trials;
            add(
                    chart,
                    contestant,
                    recall,
                    Arrays.stream(sum).map(x -> x / divisor).toArray());
        }
        return chart;
    }

    /** Share of leaks noticed early against false alerts, for all thresholds. */
    private static XYChart delay(Result result, List<String> shown) {
        XYChart chart = chart(
                "Leaks of the usual market",
                "false alerts in 60 days among 2,100 custodians, without leaks",
                "share noticed before more than " + EARLY + " victims had reported");
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setYAxisMax(1.0);
        for (String contestant : shown) {
            List<Outcome> quiet = new ArrayList<>();
            List<Outcome> leaking = new ArrayList<>();
            for (Outcome outcome : result.outcomes()) {
                if (outcome.contestant().equals(contestant)
                        && outcome.cell().market().equals(EvaluatedMarkets.USUAL)) {
                    if (outcome.cell().calibrates()) {
                        quiet.add(outcome);
                    } else if (!outcome.cell().leakFree()) {
                        leaking.add(outcome);
                    }
                }
            }
            double[] peaks = quiet.stream()
                    .flatMapToDouble(outcome -> Arrays.stream(outcome.innocentPeaks()))
                    .filter(peak -> peak > Double.NEGATIVE_INFINITY)
                    .sorted()
                    .toArray();
            double budgets = quiet.stream().mapToDouble(Outcome::budgets).sum();
            List<Double> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            for (int allowed = 0; allowed <= peaks.length && allowed <= MAX_FALSE_ALERTS * budgets; allowed++) {
                // A scorer with its own alert rule raises no more alerts at any lower threshold.
                double threshold =
                        allowed == peaks.length ? -Double.MAX_VALUE : Math.nextUp(peaks[peaks.length - 1 - allowed]);
                x.add(allowed / budgets);
                y.add(noticedEarly(leaking, threshold));
            }
            x.add(MAX_FALSE_ALERTS);
            y.add(y.get(y.size() - 1));
            add(
                    chart,
                    contestant,
                    x.stream().mapToDouble(Double::doubleValue).toArray(),
                    y.stream().mapToDouble(Double::doubleValue).toArray());
        }
        return chart;
    }

    private static double noticedEarly(List<Outcome> outcomes, double threshold) {
        long all =
                outcomes.stream().mapToLong(outcome -> outcome.tracks().size()).sum();
        long early = outcomes.stream()
                .flatMap(outcome -> outcome.tracks().stream())
                .mapToInt(track -> track.victimsBeforeAlert(threshold))
                .filter(victims -> victims >= 0 && victims <= EARLY)
                .count();
        return all == 0 ? 0 : (double) early / all;
    }

    private static void save(XYChart chart, Path file) throws IOException {
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }
}
