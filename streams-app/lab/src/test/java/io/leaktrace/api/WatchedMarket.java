package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.embedded.EmbeddedPlatform;
import io.leaktrace.embedded.EmbeddedRun;
import io.leaktrace.embedded.Ports;
import io.leaktrace.files.InputFiles;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Settings;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.testing.Listeners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The demonstration's market, run through on a real broker, with two instances that have an API: one holds the findings,
 * the other asks it. Made once for all test classes that want it and share a Java machine.
 */
final class WatchedMarket implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path folder;
    private final EmbeddedPlatform platform;
    private final Settings settings;
    private final ApiServer api;
    private final Pipeline pipeline;
    private final ApiServer otherApi;
    private final Pipeline otherPipeline;

    private WatchedMarket() throws Exception {
        folder = Files.createTempDirectory("watched-market");
        platform = EmbeddedPlatform.startFresh(folder.resolve("platform"));
        settings = EmbeddedRun.onPlatform(Settings.of(Map.of()), platform, folder)
                .with(Map.of(
                        "http.port",
                        Integer.toString(Ports.free()),
                        "commit.interval",
                        "200ms",
                        "runs.dir",
                        folder.resolve("runs").toString()));
        Path files = folder.resolve("files");
        SimulatedFiles.write(Scenario.STORY.market(1), files);
        EmbeddedRun.createTopics(settings);
        api = new ApiServer(settings, true);
        InputFiles input = new InputFiles(
                List.of(files.resolve(SimulatedFiles.ORDERS)),
                List.of(files.resolve(SimulatedFiles.CONTACTS)),
                settings.timeLimit(Instant.now()));
        new EmbeddedRun(settings, input, folder.resolve("work"), Listeners.NO_BAD_LINES).runOn(settings, api::follow);
        pipeline = new Pipeline(settings, 4, false);
        pipeline.start();
        api.follow(pipeline);
        Settings others = settings.with(Map.of(
                "http.port",
                Integer.toString(Ports.free()),
                "state.dir",
                folder.resolve("other").toString()));
        otherApi = new ApiServer(others, true);
        otherPipeline = new Pipeline(others, 4, false);
        otherPipeline.start();
        otherApi.follow(otherPipeline);
        await(() -> pipeline.findingsOwner().isPresent()
                && otherPipeline.findingsOwner().isPresent()
                && pipeline.ownsFindings() != otherPipeline.ownsFindings());
    }

    /** Settings of the first instance. */
    Settings settings() {
        return settings;
    }

    ApiServer api() {
        return api;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    ApiServer otherApi() {
        return otherApi;
    }

    Pipeline otherPipeline() {
        return otherPipeline;
    }

    /** The one of the two that holds the findings. */
    Pipeline owner() {
        return pipeline.ownsFindings() ? pipeline : otherPipeline;
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(Condition condition) throws Exception {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < patience, "waited in vain for " + PATIENCE);
            Thread.sleep(100);
        }
    }

    @Override
    public void close() {
        otherPipeline.close();
        otherApi.close();
        pipeline.close();
        api.close();
        platform.close();
        EmbeddedPlatform.delete(folder);
    }

    /** Gives tests the one market. */
    static final class Sharing implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == WatchedMarket.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(WatchedMarket.class, type -> made(), WatchedMarket.class);
        }

        private static WatchedMarket made() {
            try {
                return new WatchedMarket();
            } catch (Exception e) {
                throw new AssertionError("the market could not be set up", e);
            }
        }
    }
}
