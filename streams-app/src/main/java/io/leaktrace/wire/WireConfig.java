package io.leaktrace.wire;

import java.time.Duration;
import java.util.Map;

/** Settings of the wire format, by the names that Confluent's serializers use too. */
final class WireConfig {

    static final String REGISTRY_URL = "schema.registry.url";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private WireConfig() {}

    static SchemaRegistry registry(Map<String, ?> configs) {
        Object url = configs.get(REGISTRY_URL);
        if (url == null) {
            throw new IllegalArgumentException(REGISTRY_URL + " is not set");
        }
        return new HttpSchemaRegistry(url.toString(), PATIENCE);
    }
}
