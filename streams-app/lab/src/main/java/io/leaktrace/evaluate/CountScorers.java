package io.leaktrace.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scorers that use counts, which are computed once for all of them. */
final class CountScorers implements Contestant {

    /** Scorers for a trial, by name. */
    private static Map<String, Scorer> scorers() {
        GammaPoissonShrinker.Fit fit = new GammaPoissonShrinker.Fit();
        Map<String, Scorer> scorers = new LinkedHashMap<>();
        scorers.put("contact count", Disproportionality::contactCount);
        scorers.put("contact rate", Disproportionality::contactRate);
        scorers.put("PRR, χ²", Disproportionality::proportionalReportingRatio);
        scorers.put("ROR", Disproportionality::reportingOddsRatio);
        scorers.put("IC025", InformationComponent::scores);
        scorers.put("EBGM", new GammaPoissonShrinker(false, fit));
        scorers.put("EB05", new GammaPoissonShrinker(true, fit));
        scorers.put("case-crossover", CaseCrossover::scores);
        scorers.put("alternating attribution", AlternatingAttribution::scores);
        scorers.put("guilty agent", GuiltyAgent::scores);
        scorers.put("source likelihood", SourceLikelihood::scores);
        scorers.put("tree scan", TreeScan::scores);
        scorers.put("MaxSPRT", new MaxSprt());
        return scorers;
    }

    @Override
    public List<String> names() {
        return List.copyOf(scorers().keySet());
    }

    @Override
    public Map<String, List<DayScores>> run(Trial trial) {
        Tabulation.Series series = new Tabulation.Series(trial);
        Map<String, Scorer> scoring = scorers();
        Map<String, List<DayScores>> days = new LinkedHashMap<>();
        scoring.keySet().forEach(name -> days.put(name, new ArrayList<>()));
        for (long end : trial.dayEnds()) {
            Tabulation counts = series.at(end);
            scoring.forEach((name, scorer) -> {
                double[] scores = scorer.scores(counts);
                days.get(name).add(new DayScores(end, scores, scorer.alarms(scores)));
            });
        }
        return days;
    }
}
