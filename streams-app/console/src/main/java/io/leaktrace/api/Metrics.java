package io.leaktrace.api;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Suspect;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.topology.Findings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Prometheus metrics: those of Kafka Streams and the Java virtual machine, figures of the latest epoch, and, on the
 * instance that holds the findings, figures of suspects.
 */
final class Metrics implements Live.Listener, AutoCloseable {

    private static final int SUSPECTS_SHOWN = 50;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Market market;
    private final Live live;
    private final MultiGauge records;
    private final MultiGauge statuses;
    private final MultiGauge scores;
    private final MultiGauge evidence;
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final List<KafkaStreamsMetrics> followed = new ArrayList<>();
    private Pipeline latest;

    Metrics(Market market, Live live, EventStream stream, Clock clock) {
        this.market = market;
        this.live = live;
        records = MultiGauge.builder("leaktrace.epoch.records")
                .description("Records of the latest epoch, by outcome")
                .register(registry);
        statuses = MultiGauge.builder("leaktrace.custodians")
                .description("Custodians by status; on the instance that holds the findings")
                .register(registry);
        scores = MultiGauge.builder("leaktrace.suspect.score")
                .description("Probability that a custodian under suspicion leaks now")
                .register(registry);
        evidence = MultiGauge.builder("leaktrace.suspect.evidence")
                .description("Base-10 logarithm of the evidence against a custodian under suspicion")
                .register(registry);
        epoch("leaktrace.epoch.end.seconds", "End of the latest epoch, since 1970", epoch -> epoch.end()
                .getEpochSecond());
        epoch(
                "leaktrace.epoch.age.seconds",
                "Time since the end of the latest epoch",
                epoch -> clock.instant().getEpochSecond() - epoch.end().getEpochSecond());
        epoch("leaktrace.epoch.threshold", "Evidence at which alerts are raised", Epoch::threshold);
        epoch("leaktrace.epoch.incidents", "Incidents in the horizon", Epoch::incidents);
        epoch("leaktrace.epoch.attributed", "Incidents of the horizon blamed on custodians", Epoch::attributed);
        epoch("leaktrace.epoch.wave", "Short-term multiplier of the background", Epoch::wave);
        epoch("leaktrace.epoch.suspects", "Custodians under an alert", Epoch::suspects);
        Gauge.builder("leaktrace.console.listeners", stream, EventStream::listeners)
                .description("Browsers with an open event stream")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
    }

    private void epoch(String name, String description, ToDoubleFunction<Epoch> figure) {
        Gauge.builder(name, live, known -> known.latestEpoch()
                        .map(figure::applyAsDouble)
                        .orElse(Double.NaN))
                .description(description)
                .register(registry);
    }

    /** All metrics in Prometheus' text format. */
    String scrape() {
        market.pipeline().ifPresent(this::follow);
        return registry.scrape();
    }

    /**
     * Binds the metrics of a pipeline once it is running: only then do the metrics of its tasks exist, and later
     * metrics are found only once a minute.
     */
    private synchronized void follow(Pipeline pipeline) {
        if (pipeline != latest && pipeline.streams().state() == KafkaStreams.State.RUNNING) {
            latest = pipeline;
            followed.forEach(KafkaStreamsMetrics::close);
            followed.clear();
            KafkaStreamsMetrics streams = new KafkaStreamsMetrics(pipeline.streams());
            streams.bindTo(registry);
            followed.add(streams);
        }
    }

    @Override
    public void onEpoch(Epoch epoch) {
        records.register(
                List.of(
                        row("order_events", epoch.counts().orderEvents()),
                        row("scam_contacts", epoch.counts().scamContacts()),
                        row("late", epoch.counts().late()),
                        row("expired", epoch.counts().expired()),
                        row("duplicate", epoch.counts().duplicate()),
                        row("bad", epoch.counts().bad()),
                        row("unmatched", epoch.unmatched().total())),
                true);
        Optional<Findings> findings = market.local();
        List<Suspect> suspects = findings.map(Findings::suspects).orElse(List.of());
        List<MultiGauge.Row<?>> byStatus = new ArrayList<>();
        for (Suspect.Status status : findings.isPresent() ? Suspect.Status.values() : new Suspect.Status[0]) {
            long count = suspects.stream()
                    .filter(suspect -> suspect.status() == status)
                    .count();
            byStatus.add(MultiGauge.Row.of(Tags.of("status", status.name()), count));
        }
        statuses.register(byStatus, true);
        List<Suspect> suspected = suspects.stream()
                .filter(suspect -> suspect.status() != Suspect.Status.CLEAR)
                .limit(SUSPECTS_SHOWN)
                .toList();
        scores.register(rows(suspected, Suspect::score), true);
        evidence.register(rows(suspected, Suspect::evidence), true);
    }

    private static MultiGauge.Row<?> row(String kind, long count) {
        return MultiGauge.Row.of(Tags.of("kind", kind), count);
    }

    private static List<MultiGauge.Row<?>> rows(List<Suspect> suspects, ToDoubleFunction<Suspect> figure) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Suspect suspect : suspects) {
            rows.add(MultiGauge.Row.of(
                    Tags.of("custodian", suspect.custodian().toString()), figure.applyAsDouble(suspect)));
        }
        return rows;
    }

    @Override
    public void onAlert(Alert alert) {
        registry.counter("leaktrace.alerts", "change", alert.change().name()).increment();
    }

    @Override
    public void onVerdict(LeakVerdict verdict) {
        registry.counter("leaktrace.verdicts", "verdict", verdict.verdict().name())
                .increment();
    }

    @Override
    public void onUnreadable(String topic) {
        registry.counter("leaktrace.unreadable.records", "topic", topic).increment();
    }

    @Override
    public void close() {
        followed.forEach(KafkaStreamsMetrics::close);
        garbageCollection.close();
        registry.close();
    }
}
