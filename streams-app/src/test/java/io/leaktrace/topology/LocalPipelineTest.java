package io.leaktrace.topology;

import static io.leaktrace.testing.Given.DAY_1;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalPipelineTest {

    @Test
    void anErrorOfTheSecondStageReachesWhoeverBringsTheRecords() throws Exception {
        Error error = new StackOverflowError("as if");
        Settings settings = Settings.of(Map.of());
        try (LocalPipeline pipeline =
                new LocalPipeline("test", settings.model(), settings.correlate(), 1, true, null, finding -> {
                    throw error;
                })) {
            Input order = new Input(anOrder("o").by("zhou").from(seller("s")).at(DAY_1), null, null);
            byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
            order.judge(key, new TimeLimit(day(9), Duration.ZERO));
            pipeline.accept(0, key, order);
            IllegalStateException told = assertThrows(IllegalStateException.class, pipeline::end);
            assertEquals(error, told.getCause());
        }
    }
}
