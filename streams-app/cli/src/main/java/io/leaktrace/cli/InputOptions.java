package io.leaktrace.cli;

import io.leaktrace.domain.TimeLimit;
import io.leaktrace.files.InputFiles;
import io.leaktrace.privacy.Pseudonyms;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for order events and contacts in files. */
final class InputOptions {

    @Option(
            names = "--orders",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Order events, as JSON Lines, plain or compressed with gzip or zstd; also a pipe, or - for "
                    + "standard input.")
    private List<Path> orders = List.of();

    @Option(names = "--contacts", arity = "1..*", paramLabel = "FILE", description = "Scam contacts, in the same form.")
    private List<Path> contacts = List.of();

    @Mixin
    private MappingOptions mapping;

    /** Whether any input is given. */
    boolean isGiven() {
        return hasOrders() || !contacts.isEmpty();
    }

    /** Whether order events are given, or a mapping. */
    boolean hasOrders() {
        return !orders.isEmpty() || mapping.isGiven();
    }

    /** Whether a mapping is given. */
    boolean hasMapping() {
        return mapping.isGiven();
    }

    /** Number of files of JSON Lines. */
    int count() {
        return orders.size() + contacts.size();
    }

    /** The files, with these pseudonyms for their buyers and callers, read by a thread for each core. */
    InputFiles files(Pseudonyms pseudonyms, TimeLimit limit) {
        return files(pseudonyms, limit, InputFiles.ALL_CORES);
    }

    /** The files, with these pseudonyms for their buyers and callers, read by a number of threads. */
    InputFiles files(Pseudonyms pseudonyms, TimeLimit limit, int threads) {
        return new InputFiles(orders, contacts, mapping.tables(), pseudonyms, limit, threads);
    }
}
