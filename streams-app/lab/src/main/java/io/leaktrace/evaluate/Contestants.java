package io.leaktrace.evaluate;

import io.leaktrace.localize.ModelSettings;
import io.leaktrace.localize.ModelSettings.LeadTimePrior;
import io.leaktrace.localize.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who is compared. */
final class Contestants {

    static final String OURS = "Leaktrace";

    /** Told how those of the cell "injection" go to work. */
    static final String TOLD = "Leaktrace, told the lead times";

    private static final LeadTimePrior LEAD_TIMES_OF_INJECTION = new LeadTimePrior(0, 1, 1, 10);

    /** Where the thresholds of variants are found. */
    private static final Set<String> LEAK_FREE_FOR_PARTS = Set.of("quiet, nobody leaks", "regional-wave, nobody leaks");

    /** Cells in which a part of the model has something to do. */
    private static final Set<String> CELLS_FOR_PARTS = Set.of("leaking-hub", "faint-leaks", "regional-wave");

    private Contestants() {}

    static List<Contestant> all(ModelSettings model) {
        List<Contestant> all = new ArrayList<>();
        all.add(new TableContestants());
        all.add(new ModelContestant(OURS, model, cell -> true));
        all.add(new ModelContestant(
                TOLD,
                model.withLeadTimes(LEAD_TIMES_OF_INJECTION),
                cell -> cell.name().equals("injection") || LEAK_FREE_FOR_PARTS.contains(cell.name())));
        for (Part part : Part.values()) {
            String name = "without " + part.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            all.add(new ModelContestant(
                    name,
                    model.without(Set.of(part)),
                    cell -> CELLS_FOR_PARTS.contains(cell.name()) || LEAK_FREE_FOR_PARTS.contains(cell.name())));
        }
        return all;
    }
}
