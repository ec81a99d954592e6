package io.leaktrace.engine;

import static io.leaktrace.testing.Given.DAY_1;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.localize.ModelSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryPipelineTest {

    @Test
    void anErrorOfTheSecondStageReachesWhoeverBringsTheRecords() throws Exception {
        Error error = new StackOverflowError("as if");
        ModelSettings model = ModelSettings.defaults();
        try (InMemoryPipeline pipeline = new InMemoryPipeline(
                "test",
                model,
                new CorrelateSettings(model.window(), model.epoch(), 0, model.memoryDays()),
                true,
                List.of(new InMemoryCorrelatorStore()),
                MarketStore.none(),
                (finding, end) -> {
                    throw error;
                })) {
            byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
            pipeline.accept(0, key, anOrder("o").by("zhou").from(seller("s")).at(DAY_1));
            IllegalStateException told = assertThrows(IllegalStateException.class, pipeline::end);
            assertEquals(error, told.getCause());
        }
    }
}
