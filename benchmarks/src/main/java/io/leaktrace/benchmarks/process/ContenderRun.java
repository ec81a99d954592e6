package io.leaktrace.benchmarks.process;

import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.runtime.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What one run of one contender is given.
 *
 * @param id names the run: prefix of whatever it makes on the broker
 * @param settings lead to broker, registry and the market's topics
 * @param parquet folder with the same orders and contacts as Parquet
 * @param work folder of the run's own, which is deleted afterwards
 * @param cores number of cores that its process may use
 * @param checkpointMillis time between checkpoints, for those that make some
 */
public record ContenderRun(
        String id,
        String contender,
        Market market,
        Map<String, String> settings,
        Path parquet,
        Path work,
        int cores,
        long checkpointMillis) {

    private static final String SETTING = "setting.";

    /** The settings with others in addition. */
    public Settings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(more);
        return Settings.of(all);
    }

    void write(Path file) {
        Map<String, String> values = new HashMap<>();
        values.put("id", id);
        values.put("contender", contender);
        values.put("seed", Long.toString(market.seed()));
        values.put("orders", Long.toString(market.orders()));
        values.put("buyers", Integer.toString(market.buyers()));
        values.put("contacts", Integer.toString(market.contacts()));
        values.put("parquet", parquet.toString());
        values.put("work", work.toString());
        values.put("cores", Integer.toString(cores));
        values.put("checkpointMillis", Long.toString(checkpointMillis));
        settings.forEach((name, value) -> values.put(SETTING + name, value));
        PropertiesFile.write(file, values);
    }

    static ContenderRun read(Path file) {
        Map<String, String> values = PropertiesFile.read(file);
        Map<String, String> settings = new HashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(SETTING)) {
                settings.put(name.substring(SETTING.length()), value);
            }
        });
        return new ContenderRun(
                values.get("id"),
                values.get("contender"),
                new Market(
                        Long.parseLong(values.get("seed")),
                        Long.parseLong(values.get("orders")),
                        Integer.parseInt(values.get("buyers")),
                        Integer.parseInt(values.get("contacts"))),
                settings,
                Path.of(values.get("parquet")),
                Path.of(values.get("work")),
                Integer.parseInt(values.get("cores")),
                Long.parseLong(values.get("checkpointMillis")));
    }
}
