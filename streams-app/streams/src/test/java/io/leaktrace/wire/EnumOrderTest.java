package io.leaktrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.avro.DisclosedField;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
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

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }
}
