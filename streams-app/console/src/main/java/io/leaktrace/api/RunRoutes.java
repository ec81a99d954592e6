package io.leaktrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.leaktrace.compare.Comparison;
import io.leaktrace.compare.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Routes for the replay runs in a folder and for the differences between two of them. */
final class RunRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Null if there is no folder. */
    private final Runs runs;

    /**
     * @param folder with runs; empty for none
     */
    RunRoutes(String folder) {
        this.runs = folder.isEmpty() ? null : new Runs(Path.of(folder));
    }

    void runs(Context http) throws IOException {
        JsonNode items = JSON.valueToTree(runs == null ? List.of() : runs.list());
        Json.send(http, Map.of("items", items));
    }

    void diff(Context http) {
        Path a = run(http, "a");
        Path b = run(http, "b");
        try {
            JsonNode comparison = JSON.valueToTree(Comparison.of(a, b));
            Json.send(http, comparison);
        } catch (IOException e) {
            throw new Problem(404, e.getMessage());
        }
    }

    private Path run(Context http, String parameter) {
        String name = http.queryParam(parameter);
        if (name == null || name.isBlank()) {
            throw new Problem(400, "name two runs, as in ?a=NAME&b=NAME");
        }
        if (runs == null) {
            throw new Problem(404, "there is no folder of runs; set runs.dir to one");
        }
        return runs.find(name).orElseThrow(() -> new Problem(404, "there is no run '" + name + "'"));
    }
}
