package io.leaktrace.benchmarks.contenders;

import io.leaktrace.avro.OrderEvent;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.wire.WireDeserializer;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Polls all input and decodes it into the generated classes, as any consumer of these topics has to: the yardstick of
 * the others.
 */
final class PollAndDecode implements Contender {

    private final Settings settings;
    private long records;
    private long touches;

    PollAndDecode(ContenderRun run) {
        settings = run.settings(Map.of());
    }

    @Override
    public void run() {
        List<String> topics =
                List.of(settings.topics().orderEvents(), settings.topics().scamContacts());
        WireDeserializer values = new WireDeserializer();
        values.configure(Map.of("schema.registry.url", settings.get(Setting.SCHEMA_REGISTRY_URL)), false);
        try (InputReader<SpecificRecord> input = new InputReader<>(settings, topics, values)) {
            input.forEach(record -> {
                records++;
                if (record.value() instanceof OrderEvent event) {
                    touches += event.getCustodians().size();
                }
            });
        }
    }

    @Override
    public String result() {
        return Claim.records(records) + " " + Claim.touches(touches);
    }
}
