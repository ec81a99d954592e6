package io.leaktrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.avro.DisclosedField;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records refer to roles and fields by position, so that both must have the order of the schemas. */
class EnumOrderTest {

    @Test
    void rolesAndFieldsHaveTheOrderOfTheSchemas() {
        assertEquals(names(io.leaktrace.avro.Role.values()), names(Role.values()));
        assertEquals(names(DisclosedField.values()), names(Field.values()));
    }

    @Test
    void sourcesHaveTheOrderOfTheSchemaWithUnknownBehindThem() {
        List<String> sources = new ArrayList<>(names(ReportSource.values()));
        sources.add("UNKNOWN");
        assertEquals(names(io.leaktrace.avro.ReportSource.values()), sources);
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }
}
