package io.leaktrace.evaluate;

import io.leaktrace.evaluate.Contestant.DayScores;
import io.leaktrace.localize.ModelSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Lets contestants score trials. The outcome depends on the seeds and the settings, not on the number of threads. */
public final class Evaluation implements AutoCloseable {

    private final ModelSettings model;
    private final Catalogue catalogue;
    private final Listener listener;
    private final ExecutorService threads;

    /** Is told how far the evaluation has come. */
    public interface Listener {
        void onProgress(String step, long done, long total);
    }

    /** @param real orders on which leaks are planted too; may be empty */
    public Evaluation(ModelSettings model, List<RealOrders> real, int threads, Listener listener) {
        this.model = model;
        this.catalogue = new Catalogue(real);
        this.listener = listener;
        this.threads = Executors.newFixedThreadPool(threads);
    }

    /** All contestants in all cells. */
    public Result run(List<Long> seeds, List<Long> leakFreeSeeds) throws InterruptedException {
        List<Contestant> contestants = Contestants.all(model);
        List<Outcome> outcomes = new ArrayList<>();
        int all = seeds.size() + leakFreeSeeds.size();
        int done = 0;
        for (long seed : leakFreeSeeds) {
            listener.onProgress("Evaluating seeds", done++, all);
            outcomes.addAll(outcomes(catalogue.trials(seed, true, null, model.window()), contestants));
        }
        for (long seed : seeds) {
            listener.onProgress("Evaluating seeds", done++, all);
            outcomes.addAll(outcomes(catalogue.trials(seed, false, null, model.window()), contestants));
        }
        listener.onProgress("Evaluating seeds", all, all);
        return new Result(
                outcomes,
                contestants.stream()
                        .flatMap(contestant -> contestant.names().stream())
                        .toList());
    }

    /** Leaktrace alone in markets of the usual size in which nobody leaks: what alerts it raises there are false. */
    public FalseAlerts falseAlerts(List<Long> leakFreeSeeds) throws InterruptedException {
        List<Contestant> ours = List.of(new ModelContestant(Contestants.OURS, model, cell -> true));
        List<Outcome> outcomes = new ArrayList<>();
        int done = 0;
        for (long seed : leakFreeSeeds) {
            listener.onProgress("Evaluating seeds", done++, leakFreeSeeds.size());
            outcomes.addAll(outcomes(catalogue.trials(seed, true, Catalogue.USUAL, model.window()), ours));
        }
        listener.onProgress("Evaluating seeds", done, leakFreeSeeds.size());
        return FalseAlerts.of(outcomes);
    }

    private List<Outcome> outcomes(List<Supplier<List<Trial>>> parts, List<Contestant> contestants)
            throws InterruptedException {
        List<Callable<List<Trial>>> recordings = new ArrayList<>();
        parts.forEach(part -> recordings.add(part::get));
        List<Callable<List<Outcome>>> runs = new ArrayList<>();
        for (List<Trial> trials : inOrder(recordings)) {
            for (Trial trial : trials) {
                for (Contestant contestant : contestants) {
                    if (contestant.takesPart(trial.cell())) {
                        runs.add(() -> outcomes(trial, contestant));
                    }
                }
            }
        }
        return inOrder(runs).stream().flatMap(List::stream).toList();
    }

    private static List<Outcome> outcomes(Trial trial, Contestant contestant) {
        Map<String, List<DayScores>> scores = contestant.run(trial);
        return contestant.names().stream()
                .map(name -> Outcome.of(trial, name, scores.get(name)))
                .toList();
    }

    private <T> List<T> inOrder(List<Callable<T>> tasks) throws InterruptedException {
        List<T> results = new ArrayList<>();
        for (Future<T> future : threads.invokeAll(tasks)) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a trial failed: " + e.getCause(), e.getCause());
            }
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
