package io.leaktrace.topology;

import io.leaktrace.domain.Alert;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Creates the headers that make a record of {@code leak-alerts} a CloudEvent in binary mode, as defined by the Kafka
 * protocol binding for CloudEvents 1.0.2.
 */
final class CloudEvents {

    private CloudEvents() {}

    static Headers of(Alert alert) {
        Headers headers = new RecordHeaders();
        add(headers, "ce_specversion", "1.0");
        // Each alert has each change at most once.
        add(headers, "ce_id", alert.alertId() + "/" + alert.change());
        add(headers, "ce_source", "/leaktrace/markets/" + alert.market());
        add(headers, "ce_type", "io.leaktrace.alert." + alert.change().name().toLowerCase(Locale.ROOT));
        add(headers, "ce_subject", alert.custodian().toString());
        add(headers, "ce_time", alert.at().toString());
        add(headers, "content-type", "application/avro");
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
