package io.leaktrace.evaluate;

import io.leaktrace.localize.ModelComponent;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.localize.ModelSettings.LeadTimePrior;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;

/** The scorers that are compared. */
final class Contestants {

    static final String OURS = "Leaktrace";

    /** Leaktrace with the true lead times of the cell "injection". */
    static final String WITH_LEAD_TIMES = "Leaktrace, given the lead times";

    private static final LeadTimePrior LEAD_TIMES_OF_INJECTION = new LeadTimePrior(0, 1, 1, 10);

    /** Cells on which the thresholds of variants are determined. */
    private static final Set<String> LEAK_FREE_FOR_VARIANTS =
            Set.of("quiet, nobody leaks", "regional-wave, nobody leaks");

    private Contestants() {}

    /** Whether a scorer is one of those that are compared: neither a variant of Leaktrace nor a limit. */
    static boolean isCompared(String name) {
        return !name.startsWith("without ") && !name.equals(WITH_LEAD_TIMES) && !Ceiling.NAMES.contains(name);
    }

    static List<Contestant> all(ModelSettings model) {
        List<Contestant> all = new ArrayList<>();
        all.add(new CountScorers());
        all.add(new Ceiling(model));
        all.add(new ModelContestant(OURS, model, (cell, seed) -> true));
        all.add(new ModelContestant(
                WITH_LEAD_TIMES, model.withLeadTimePrior(LEAD_TIMES_OF_INJECTION), onOddSeeds(Set.of("injection"))));
        for (ModelComponent part : ModelComponent.values()) {
            String name = "without " + part.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            all.add(new ModelContestant(name, model.without(Set.of(part)), onOddSeeds(ablationCells(part))));
        }
        return all;
    }

    /** Selects cells with leaks, and those on which the thresholds of variants are determined. */
    private static BiPredicate<Cell, Long> onOddSeeds(Set<String> cells) {
        return (cell, seed) ->
                seed % 2 == 1 && (cells.contains(cell.name()) || LEAK_FREE_FOR_VARIANTS.contains(cell.name()));
    }

    /** Returns the cells of the ablation of a model component, in which it may have an effect. */
    private static Set<String> ablationCells(ModelComponent part) {
        return switch (part) {
            case ARCHIVES -> Set.of("stolen-archive", "faint-leaks");
            case CALLER_CLASSES -> Set.of("twenty-leaks", "faint-leaks");
            case FALSE_REPORTS ->
                Set.of("false-reports, nobody leaks", "careful-false-reports, nobody leaks", "faint-leaks");
            case COMMON_SOURCES -> Set.of("hidden-leaker", "twenty-leaks");
            default -> Set.of("leaking-hub", "faint-leaks", "regional-wave");
        };
    }
}
