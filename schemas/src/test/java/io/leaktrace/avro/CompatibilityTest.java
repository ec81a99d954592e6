package io.leaktrace.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

/**
 * Every schema reads what any released version wrote. The released versions are kept in {@code schemas/released}, a
 * folder each; nothing in them is ever changed.
 */
class CompatibilityTest {

    private static final File RELEASED = new File("released");

    @Test
    void todaysSchemasReadWhatEveryReleaseWrote() throws IOException {
        File[] releases = RELEASED.listFiles(File::isDirectory);
        assertNotNull(releases, "no folder " + RELEASED.getAbsolutePath());
        Arrays.sort(releases, Comparator.comparing(File::getName));
        int checked = 0;
        for (File release : releases) {
            for (File file : List.of(release.listFiles((dir, name) -> name.endsWith(".avsc")))) {
                Schema written = new Schema.Parser().parse(file);
                Class<?> type = SpecificData.get().getClass(written);
                assertNotNull(type, written.getFullName() + " of release " + release.getName() + " is gone");
                Schema read = SpecificData.get().getSchema(type);
                SchemaCompatibility.SchemaPairCompatibility result =
                        SchemaCompatibility.checkReaderWriterCompatibility(read, written);
                assertEquals(SchemaCompatibilityType.COMPATIBLE, result.getType(), () -> file + ": " + result);
                checked++;
            }
        }
        assertTrue(checked >= 22, "only " + checked + " released schemas were found");
    }
}
