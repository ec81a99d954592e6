package io.leaktrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.leaktrace.domain.Audit;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.Verdict;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topics.TopicWriter;
import io.leaktrace.topology.Findings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/** Routes that record an action of a person: verdicts, and revealed buyers. */
final class DecisionRoutes implements AutoCloseable {

    private static final int LONGEST_NOTE = 2_000;

    private final Settings settings;
    private final Live live;
    private final Clock clock;
    private final TopicWriter writer;
    private final Duration patience;
    private final ExecutorService senders = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "decisions");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param writer writer of verdicts and audit records
     * @param clock clock that dates verdicts; that of the market in a demonstration
     * @param patience maximum time to wait for brokers and registry
     */
    DecisionRoutes(Settings settings, Live live, TopicWriter writer, Clock clock, Duration patience) {
        this.settings = settings;
        this.live = live;
        this.writer = writer;
        this.clock = clock;
        this.patience = patience;
    }

    void verdicts(Context http) {
        Instant now = live.latestEpoch().map(Epoch::end).orElse(null);
        List<LeakVerdict> verdicts = new ArrayList<>(live.verdicts().values());
        verdicts.sort(Comparator.comparing(LeakVerdict::at).reversed().thenComparing(LeakVerdict::custodian));
        Listing.send(http, "verdicts", verdicts, verdict -> Views.verdict(verdict, now));
    }

    void decide(Context http, Person person) {
        JsonNode body = Json.body(http);
        LeakVerdict decided = new LeakVerdict(
                FindingRoutes.custodian(Json.requiredText(body, "custodian")),
                verdict(Json.requiredText(body, "verdict")),
                person.signature(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                note(Json.requiredText(body, "note")),
                time(Json.text(body, "expiresAt")));
        if (decided.expiresAt() != null && decided.verdict() != Verdict.DISMISSED) {
            throw new Problem(400, "only a dismissal can expire; leave expiresAt out");
        }
        RecordValidator.rejection(decided, decided.custodian().toString(), settings.timeLimit(clock.instant()))
                .ifPresent(reason -> {
                    throw new Problem(400, reason);
                });
        send(() -> writer.write(decided));
        http.status(201);
        Json.send(http, Views.verdict(decided, decided.at()));
    }

    private static Verdict verdict(String name) {
        try {
            return Verdict.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "verdict must be CONFIRMED, DISMISSED or REMEDIATED, not '" + name + "'");
        }
    }

    private static Instant time(String written) {
        try {
            return written == null ? null : Instant.parse(written);
        } catch (DateTimeParseException e) {
            throw new Problem(400, "expiresAt must be a time such as 2024-09-01T00:00:00Z, not '" + written + "'");
        }
    }

    private static String note(String text) {
        if (text.length() > LONGEST_NOTE) {
            throw new Problem(400, "a note of more than " + LONGEST_NOTE + " characters is too long");
        }
        return text;
    }

    /** Sends the ids behind the pseudonyms of a contact, after an audit record was written. */
    void reveal(Findings findings, Context http, JsonNode body, Person person) {
        String reason = note(Json.requiredText(body, "reason"));
        Evidence evidence = FindingRoutes.known(findings, http);
        Audit audit = new Audit(
                person.signature(),
                Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS),
                evidence.contactId(),
                reason);
        send(() -> writer.write(audit));
        Json.send(http, FindingRoutes.revealed(evidence));
    }

    private interface Send {
        void send() throws InterruptedException;
    }

    /** Sends within {@link #patience}, so that the response is in time for the person and the connection. */
    private void send(Send sending) {
        Future<?> sent = senders.submit(() -> {
            sending.send();
            return null;
        });
        try {
            sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Market.moving();
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new Problem(
                    503,
                    "brokers or schema registry did not answer within " + patience.toSeconds()
                            + " s, so it may have been recorded or not; check that before you try again");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StartException || e.getCause() instanceof KafkaException) {
                throw new Problem(
                        503, "it could not be recorded: " + e.getCause().getMessage());
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        senders.shutdownNow();
    }
}
