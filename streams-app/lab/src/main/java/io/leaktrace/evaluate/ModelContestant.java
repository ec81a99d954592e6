package io.leaktrace.evaluate;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Suspect;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The localizer of the pipeline, with its own alert rule.
 *
 * @param trials selects the cells and seeds on which it is evaluated
 */
record ModelContestant(String name, ModelSettings settings, BiPredicate<Cell, Long> trials) implements Contestant {

    @Override
    public boolean takesPart(Cell cell, long seed) {
        return trials.test(cell, seed);
    }

    @Override
    public List<String> names() {
        return List.of(name);
    }

    @Override
    public Map<String, List<DayScores>> run(Trial trial) {
        ModelSettings daily = settings.withEpoch(Trial.EPOCH);
        MarketBook book = new MarketBook(daily, new Localizer(daily, "evaluate"), trial.partitions(), true);
        Map<Custodian, Integer> indexes = new HashMap<>();
        trial.custodians().forEach(custodian -> indexes.put(custodian, indexes.size()));
        Set<Custodian> alerted = new HashSet<>();
        List<DayScores> days = new ArrayList<>();
        for (Correlation correlation : trial.correlations()) {
            book.accept(correlation);
            while (correlation instanceof Progress && book.closable().isPresent()) {
                days.add(scores(book.close(), indexes, alerted));
            }
        }
        return Map.of(name, days);
    }

    private static DayScores scores(EpochResult solution, Map<Custodian, Integer> indexes, Set<Custodian> alerted) {
        for (Alert alert : solution.alerts()) {
            if (alert.change() == Alert.Change.RESOLVED) {
                alerted.remove(alert.custodian());
            } else {
                alerted.add(alert.custodian());
            }
        }
        double[] scores = new double[indexes.size()];
        double[] alarms = new double[indexes.size()];
        Arrays.fill(scores, Double.NEGATIVE_INFINITY);
        Arrays.fill(alarms, Double.NEGATIVE_INFINITY);
        for (Suspect suspect : solution.suspects()) {
            int index = indexes.get(suspect.custodian());
            scores[index] = suspect.evidence();
            if (alerted.contains(suspect.custodian())) {
                alarms[index] = suspect.evidence();
            }
        }
        return new DayScores(solution.market().closed(), scores, alarms);
    }
}
