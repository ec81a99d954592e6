package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.contenders.flink.FlinkDataStream;
import io.leaktrace.benchmarks.contenders.flink.FlinkSql;
import io.leaktrace.benchmarks.contenders.flink.FlinkTuned;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.replay.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** All contenders, in the order in which the tables have them. */
public enum Catalogue {
    POLL_ONLY("consumer, bytes not looked at", Needs.PLAIN, Claim.RECORDS, PollOnly::new),
    POLL_AND_DECODE("consumer, Avro into its generated classes", Needs.PLAIN, Claim.TOUCHES, PollAndDecode::new),
    HAND_WRITTEN_LOOP("consumer, bytes per buyer, nothing kept", Needs.PLAIN, Claim.COUNTS, HandWrittenLoop::new),
    CORRELATE_EOS_1_MEMORY(
            "Leaktrace's first stage, exactly once, 1 thread, in memory",
            Needs.PLAIN,
            Claim.COUNTS,
            run -> new LeaktraceCorrelate(run, variant(true, 1, "memory"))),
    CORRELATE_EOS_2_MEMORY(
            "the same with 2 threads",
            Needs.PLAIN,
            Claim.COUNTS,
            run -> new LeaktraceCorrelate(run, variant(true, 2, "memory"))),
    CORRELATE_ALO_1_MEMORY(
            "the same at least once, 1 thread",
            Needs.PLAIN,
            Claim.COUNTS,
            run -> new LeaktraceCorrelate(run, variant(false, 1, "memory"))),
    CORRELATE_EOS_1_DISK(
            "the same exactly once, 1 thread, RocksDB",
            Needs.PLAIN,
            Claim.COUNTS,
            run -> new LeaktraceCorrelate(run, variant(true, 1, "disk"))),
    LEAKTRACE_EOS_1_MEMORY(
            "all of Leaktrace, with 240 epochs solved, exactly once, 1 thread, in memory",
            Needs.PLAIN,
            Claim.COUNTS,
            run -> new LeaktracePipeline(run, variant(true, 1, "memory"))),
    REPLAY(
            "a replay of the topics, with 240 epochs solved",
            Needs.PLAIN,
            Claim.RECORDS,
            run -> new LeaktraceReplay(run, Map.of(), Selection.ALL)),
    REPLAY_DAILY(
            "the same with 60 epochs of a day",
            Needs.PLAIN,
            Claim.RECORDS,
            run -> new LeaktraceReplay(run, Map.of("epoch", "24h"), Selection.ALL)),
    REPLAY_SAMPLE(
            "a replay of a tenth of the buyers, with 240 epochs solved",
            Needs.PLAIN,
            Claim.RECORDS_OF_A_TENTH,
            run -> new LeaktraceReplay(run, Map.of(), Claim.TENTH)),
    STREAMS_DSL("Kafka Streams' DSL, exactly once, 1 thread, RocksDB", Needs.PLAIN, Claim.COUNTS, StreamsDsl::new),
    FLINK_IDIOMATIC(
            "Flink DataStream, state on the heap",
            Needs.FLINK_HEAP,
            Claim.COUNTS,
            run -> new FlinkDataStream(run, Map.of("state.backend.type", "hashmap"))),
    FLINK_IDIOMATIC_ROCKSDB(
            "Flink DataStream, state in RocksDB, incremental checkpoints",
            Needs.FLINK,
            Claim.COUNTS,
            run -> new FlinkDataStream(
                    run,
                    Map.of(
                            "state.backend.type",
                            "rocksdb",
                            "execution.checkpointing.incremental",
                            "true",
                            "taskmanager.memory.managed.size",
                            "512m"))),
    FLINK_TUNED("Flink, one operator over bytes, state on the heap", Needs.FLINK_HEAP, Claim.COUNTS, FlinkTuned::new),
    FLINK_SQL(
            "Flink SQL, interval join, mini-batches, state on the heap", Needs.FLINK_HEAP, Claim.COUNTS, FlinkSql::new),
    DUCKDB_PARQUET("two queries over Parquet, 2 threads", Needs.PLAIN, Claim.COUNTS, DuckDbReplay::new);

    private interface Maker {
        Contender make(ContenderRun run) throws Exception;
    }

    private final String description;
    private final Needs needs;
    private final Claim claim;
    private final Maker maker;

    Catalogue(String description, Needs needs, Claim claim, Maker maker) {
        this.description = description;
        this.needs = needs;
        this.claim = claim;
        this.maker = maker;
    }

    private static Map<String, String> variant(boolean exactlyOnce, int threads, String stores) {
        return Map.of(
                "processing.guarantee",
                exactlyOnce ? "exactly_once_v2" : "at_least_once",
                "threads",
                Integer.toString(threads),
                "state.stores",
                stores);
    }

    /**
     * The contender of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Catalogue named(String name) {
        return Arrays.stream(values())
                .filter(entry -> entry.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no contender '" + name + "'; there are "
                        + Arrays.stream(values()).map(Catalogue::label).collect(Collectors.joining(", "))));
    }

    /** Its name on the command line and in tables. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    public String description() {
        return description;
    }

    public Claim claim() {
        return claim;
    }

    /** Heap of its process, as Java's {@code -Xmx} has it. */
    public String heap() {
        return needs.heap();
    }

    public List<String> javaOptions() {
        return needs.javaOptions();
    }

    /** Whether its process is to have a class path without this jar: two builds of RocksDB exclude each other. */
    public boolean doesWithout(String jar) {
        return needs.doesWithout(jar);
    }

    public Contender make(ContenderRun run) throws Exception {
        return maker.make(run);
    }
}
