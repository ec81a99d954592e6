package io.leaktrace.cli;

import io.leaktrace.files.TableSource;
import io.leaktrace.tables.SqlTables;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that read tables by the SQL of a mapping. */
public final class MappingOptions {

    @Option(
            names = "--input",
            arity = "1..*",
            paramLabel = "MAPPING",
            description = "Order events and contacts from tables: files of SQL that select them from CSV, JSON or "
                    + "Parquet files (see docs/data.md); 'leaktrace map FILE…' writes a first one.")
    private List<Path> mappings = List.of();

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "With --input: zone of times without an offset, as in Asia/Shanghai (default: that of SET "
                    + "TimeZone in the mapping, or UTC).")
    private String zone;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "With --input: encoding of text files without a byte-order mark, as in GB18030 (default: "
                    + "detected among UTF-8, UTF-16 and GB18030).")
    private String encoding;

    /** Whether a mapping is given. */
    public boolean isGiven() {
        return !mappings.isEmpty();
    }

    /**
     * The tables of the mapping; null without one.
     *
     * @throws UsageException if the zone or the encoding does not exist, or is given without a mapping
     */
    public TableSource tables() {
        if (!isGiven()) {
            if (zone != null || encoding != null) {
                throw new UsageException(
                        "--time-zone and --encoding need --input; JSON Lines have times with an offset, "
                                + "in UTF-8.");
            }
            return null;
        }
        return new SqlTables(mappings, zoneOrNull(zone), encodingOrNull(encoding));
    }

    static ZoneId zoneOrNull(String name) {
        try {
            return name == null ? null : SqlTables.zone(name);
        } catch (IOException e) {
            throw new UsageException("--time-zone: " + e.getMessage() + ".");
        }
    }

    static Charset encodingOrNull(String name) {
        try {
            return name == null ? null : SqlTables.encoding(name);
        } catch (IOException e) {
            throw new UsageException("--encoding: " + e.getMessage() + ".");
        }
    }
}
