package io.leaktrace.engine;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.InputCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * The correlations of a {@link PipelineChunk}. Each correlating thread adds its own, then one thread takes all. It does
 * not hold the records, since it may wait for the second stage.
 */
final class ChunkOutput {

    /** The output of a correlator for the record of this index. */
    private record Output(int index, int correlator, List<Correlation> correlations) {}

    private final List<List<Output>> ofThreads = new ArrayList<>();
    private final CountDownLatch correlating;

    /** @param threads number of threads that add correlations */
    ChunkOutput(int threads) {
        correlating = new CountDownLatch(threads);
        for (int thread = 0; thread < threads; thread++) {
            ofThreads.add(new ArrayList<>());
        }
    }

    /** Adds the correlations of a correlator of this thread for a record. */
    void add(int thread, int index, int correlator, List<Correlation> correlations) {
        ofThreads.get(thread).add(new Output(index, correlator, correlations));
    }

    /** Called by each thread when it is done. */
    void countDown() {
        correlating.countDown();
    }

    /** Waits for all threads; returns their correlations in the order of the records. */
    List<Correlation> inOrder() throws InterruptedException {
        correlating.await();
        List<Output> all = new ArrayList<>();
        ofThreads.forEach(all::addAll);
        all.sort(Comparator.comparingInt(Output::index).thenComparingInt(Output::correlator));
        List<Correlation> output = new ArrayList<>();
        int from = 0;
        while (from < all.size()) {
            int to = from + 1;
            while (to < all.size() && all.get(to).index == all.get(from).index) {
                to++;
            }
            addOutput(all.subList(from, to), output);
            from = to;
        }
        return output;
    }

    /** Adds the output for one record, in the form that one correlator of the whole partition would give it. */
    private static void addOutput(List<Output> ofRecord, List<Correlation> output) {
        if (ofRecord.size() == 1) {
            output.addAll(ofRecord.get(0).correlations);
            return;
        }
        List<Correlation> exposures = new ArrayList<>();
        Progress progress = null;
        for (Output one : ofRecord) {
            for (Correlation correlation : one.correlations) {
                if (correlation instanceof Progress ofOne) {
                    progress = progress == null ? ofOne : sum(progress, ofOne);
                } else if (correlation instanceof Exposures) {
                    exposures.add(correlation);
                } else {
                    output.add(correlation);
                }
            }
        }
        output.addAll(exposures);
        if (progress != null) {
            output.add(progress);
        }
    }

    private static Progress sum(Progress one, Progress other) {
        SortedMap<Long, InputCounts> counts = new TreeMap<>(one.counts());
        other.counts().forEach((epoch, counted) -> counts.merge(epoch, counted, InputCounts::plus));
        return new Progress(one.partition(), one.reached(), one.latest(), one.atEnd(), counts);
    }
}
