package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.runtime.Settings;
import java.util.List;
import java.util.Map;

/** Polls all input and looks at none of it: what Kafka's consumer alone costs. */
final class PollOnly implements Contender {

    private final Settings settings;
    private long records;

    PollOnly(ContenderRun run) {
        settings = run.settings(Map.of());
    }

    @Override
    public void run() {
        List<String> topics =
                List.of(settings.topics().orderEvents(), settings.topics().scamContacts());
        try (InputReader<byte[]> input = InputReader.ofBytes(settings, topics)) {
            input.forEach(record -> records++);
        }
    }

    @Override
    public String result() {
        return Claim.records(records);
    }
}
