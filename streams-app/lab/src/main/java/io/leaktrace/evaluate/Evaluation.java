package io.leaktrace.evaluate;

import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.localize.ModelSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Runs contestants on trials. The results depend on the seeds and the settings, not on the number of threads. */
public final class Evaluation implements AutoCloseable {

    private final ModelSettings model;
    private final EvaluatedMarkets catalogue;
    private final Listener listener;
    private final ExecutorService threads;

    /** Listener for the progress of the evaluation. */
    public interface Listener {
        void onProgress(String step, long done, long total);
    }

    /** @param real real orders on which leaks are planted too; may be empty */
    public Evaluation(ModelSettings model, List<RealOrders> real, int threads, Listener listener) {
        this.model = model;
        this.catalogue = new EvaluatedMarkets(real);
        this.listener = listener;
        this.threads = Executors.newFixedThreadPool(threads);
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
        return FalseAlerts.of(outcomes(jobs, List.of(new ModelContestant(Contestants.OURS, model, cell -> true))));
    }

    /** A seed to record and score; only in one market if that is not null. */
    private record Job(long seed, boolean leakFree, String market) {}

    /** Records a seed while the previous one is scored; more than two seeds at a time do not fit into memory. */
    private List<Outcome> outcomes(List<Job> jobs, List<Contestant> contestants) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        List<Future<List<Outcome>>> before = List.of();
        for (int i = 0; i < jobs.size(); i++) {
            listener.onProgress("Evaluating seeds", i, jobs.size());
            Job job = jobs.get(i);
            List<Future<List<Trial>>> recordings = new ArrayList<>();
            for (Supplier<List<Trial>> part : catalogue.trials(job.seed, job.leakFree, job.market, model.window())) {
                recordings.add(threads.submit(part::get));
            }
            List<Future<List<Outcome>>> runs = new ArrayList<>();
            for (Future<List<Trial>> recording : recordings) {
                for (Trial trial : result(recording)) {
                    contestants.stream()
                            .filter(contestant -> contestant.takesPart(trial.cell()))
                            .forEach(contestant -> runs.add(threads.submit(() -> outcomes(trial, contestant))));
                }
            }
            for (Future<List<Outcome>> run : before) {
                outcomes.addAll(result(run));
            }
            before = runs;
        }
        for (Future<List<Outcome>> run : before) {
            outcomes.addAll(result(run));
        }
        listener.onProgress("Evaluating seeds", jobs.size(), jobs.size());
        return outcomes;
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
        threads.shutdownNow();
    }
}
