package io.leaktrace.evaluate;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.Suspect;
import io.leaktrace.engine.LocalizeStage;
import io.leaktrace.engine.MarketStore;
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
import java.util.function.Predicate;

/**
 * The localizer of the pipeline, with its own alert rule.
 *
 * @param cells selects the cells in which it is evaluated
 */
record ModelContestant(String name, ModelSettings settings, Predicate<Cell> cells) implements Contestant {

    @Override
    public boolean takesPart(Cell cell) {
        return cells.test(cell);
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
        LocalizeStage stage = new LocalizeStage(book, MarketStore.none(), new LocalizeStage.Listener() {
            @Override
            public void onFinding(Finding finding, long end) {
                // Not used: findings do not contain all custodians.
            }

            @Override
            public void onClosed(EpochResult solution, MarketBook closed) {
                days.add(scores(solution, indexes, alerted));
            }
        });
        trial.correlations().forEach(stage::accept);
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
