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

/** Routes for the replay runs in a folder, the differences between two of them, and reports of checks. */
final class RunRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_FOLDER = "there is no folder of runs; set runs.dir to one";

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

    void checks(Context http) throws IOException {
        JsonNode items = JSON.valueToTree(runs == null ? List.of() : runs.checks());
        Json.send(http, Map.of("items", items));
    }

    void check(Context http) {
        String name = http.pathParam("name");
        if (runs == null) {
            throw new Problem(404, NO_FOLDER);
        }
        try {
            Json.send(
                    http,
                    runs.check(name)
                            .orElseThrow(() -> new Problem(
                                    404,
                                    "there is no report of a check in '" + name + "'; make one with"
                                            + " 'leaktrace check … --out DIR', or with 'leaktrace replay', where DIR is"
                                            + " a folder of that name in runs.dir")));
        } catch (IOException e) {
            throw new Problem(404, e.getMessage() + "; run 'leaktrace check … --out' for this folder again");
        }
    }

    private Path run(Context http, String parameter) {
        String name = http.queryParam(parameter);
        if (name == null || name.isBlank()) {
            throw new Problem(400, "name two runs, as in ?a=NAME&b=NAME");
        }
        if (runs == null) {
            throw new Problem(404, NO_FOLDER);
        }
        return runs.find(name).orElseThrow(() -> new Problem(404, "there is no run '" + name + "'"));
    }
}
