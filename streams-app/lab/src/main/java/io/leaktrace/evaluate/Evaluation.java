package io.leaktrace.evaluate;

import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.localize.ModelSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs contestants on trials. The results depend on the seeds and the settings, not on the number of threads. */
public final class Evaluation implements AutoCloseable {

    private static final int SCORED_AT_ONCE = 2;

    private final ModelSettings model;
    private final EvaluatedMarkets catalogue;
    private final Listener listener;
    private final ExecutorService recorders;
    private final ExecutorService scorers;

    /** Listener for the progress of the evaluation. */
    public interface Listener {
        void onProgress(String step, long done, long total);
    }

    public Evaluation(ModelSettings model, EvaluatedMarkets catalogue, int threads, Listener listener) {
        this.model = model;
        this.catalogue = catalogue;
        this.listener = listener;
        this.recorders = Executors.newSingleThreadExecutor();
        this.scorers = Executors.newFixedThreadPool(threads);
    }

    /** Evaluates all contestants in all cells. */
    public Result run(List<Long> seeds, List<Long> leakFreeSeeds) throws InterruptedException {
        List<Contestant> contestants = Contestants.all(model);
        List<Job> jobs = new ArrayList<>();
        leakFreeSeeds.forEach(seed -> jobs.add(new Job(seed, true, null)));
        seeds.forEach(seed -> jobs.add(new Job(seed, false, null)));
        return new Result(
                outcomes(jobs, contestants),
                contestants.stream()
                        .flatMap(contestant -> contestant.names().stream())
                        .toList());
    }

    /** Counts the alerts of Leaktrace in leak-free markets of the usual size; all of them are false. */
    public FalseAlerts falseAlerts(List<Long> leakFreeSeeds) throws InterruptedException {
        List<Job> jobs = new ArrayList<>();
        leakFreeSeeds.forEach(seed -> jobs.add(new Job(seed, true, EvaluatedMarkets.USUAL)));
        return FalseAlerts.of(outcomes(jobs, List.of(ours())));
    }

    /** Compares the alerts of Leaktrace in markets with further evidence and without it. */
    public EvidenceGains evidenceGains(List<Long> seeds, List<Long> leakFreeSeeds) throws InterruptedException {
        List<Job> jobs = new ArrayList<>();
        seeds.forEach(seed -> jobs.add(new Job(seed, false, null)));
        leakFreeSeeds.forEach(seed -> jobs.add(new Job(seed, true, null)));
        return EvidenceGains.of(outcomes(jobs, List.of(ours())));
    }

    private ModelContestant ours() {
        return new ModelContestant(Contestants.OURS, model, (cell, seed) -> true);
    }

    /** A seed to record and score; only in one market if that is not null. */
    private record Job(long seed, boolean leakFree, String market) {}

    /**
     * Records the next market while two are scored, so that no thread waits for the slowest contestant of a market; more
     * at a time do not fit into memory. Outcomes are in the order of jobs.
     */
    private List<Outcome> outcomes(List<Job> jobs, List<Contestant> contestants) throws InterruptedException {
        Iterator<Callable<List<Trial>>> markets = jobs.stream()
                .flatMap(job -> catalogue.trials(job.seed, job.leakFree, job.market, model.window()).stream())
                .iterator();
        long all = jobs.stream()
                .mapToLong(job -> catalogue.trialsOn(job.seed, job.leakFree, job.market))
                .sum();
        long scored = 0;
        Future<List<Trial>> recording = record(markets);
        Deque<Scoring> inProgress = new ArrayDeque<>();
        List<Outcome> outcomes = new ArrayList<>();
        while (recording != null || !inProgress.isEmpty()) {
            listener.onProgress("Evaluating markets", scored, all);
            while (recording != null && inProgress.size() < SCORED_AT_ONCE) {
                List<Trial> trials = result(recording);
                recording = record(markets);
                inProgress.add(score(trials, contestants));
            }
            Scoring first = inProgress.remove();
            for (Future<List<Outcome>> run : first.runs) {
                outcomes.addAll(result(run));
            }
            scored += first.trials;
        }
        listener.onProgress("Evaluating markets", scored, all);
        return outcomes;
    }

    /** The runs of all contestants on the trials of a market. */
    private record Scoring(int trials, List<Future<List<Outcome>>> runs) {}

    /** Begins to record the next market; null if there is none. */
    private Future<List<Trial>> record(Iterator<Callable<List<Trial>>> markets) {
        return markets.hasNext() ? recorders.submit(markets.next()) : null;
    }

    private Scoring score(List<Trial> trials, List<Contestant> contestants) {
        List<Future<List<Outcome>>> runs = new ArrayList<>();
        for (Trial trial : trials) {
            contestants.stream()
                    .filter(contestant -> contestant.takesPart(trial.cell(), trial.seed()))
                    .forEach(contestant -> runs.add(scorers.submit(() -> outcomes(trial, contestant))));
        }
        return new Scoring(trials.size(), runs);
    }

    private static List<Outcome> outcomes(Trial trial, Contestant contestant) {
        Map<String, List<DayScores>> scores = contestant.run(trial);
        return contestant.names().stream()
                .map(name -> Outcome.of(trial, name, scores.get(name)))
                .toList();
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a trial failed: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        recorders.shutdownNow();
        scorers.shutdownNow();
    }
}
