package io.leaktrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyDiagnosisTest {

    private static Arguments text(String key, String id, String part) {
        return Arguments.of(HexFormat.of().formatHex(key.getBytes(StandardCharsets.UTF_8)), id, part);
    }

    private static Stream<Arguments> keys() {
        return Stream.of(
                text("\"b1\"", "b1", "as a JSON string"),
                text(" b1\n", "b1", "white space"),
                text("{\"buyerId\":\"b1\"}", "b1", "JSON object"),
                text("b2", "b1", null),
                text("", "b1", null),
                Arguments.of("046231", "b1", "as an Avro string;"),
                Arguments.of("0000000007046231", "b1", "as an Avro string in Confluent's wire format (schema id 7)"),
                Arguments.of("000000000722623122", "b1", "as a JSON string in Confluent's wire format (schema id 7)"),
                Arguments.of("00000000070462310462", "b1", "a record in Confluent's wire format"),
                Arguments.of("00620031", "b1", "UTF-16"),
                Arguments.of("000000000000002a", "42", "binary number"),
                Arguments.of("0000002a", "42", "binary number"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void whatAKeyLooksLikeIsSaidWithoutTheId(String hex, String id, String part) {
        Optional<String> form = KeyDiagnosis.explain(HexFormat.of().parseHex(hex), id);
        assertEquals(part != null, form.isPresent(), form.toString());
        form.ifPresent(text -> assertTrue(text.contains(part), text));
        form.ifPresent(text -> assertFalse(text.contains(id), text));
    }
}
