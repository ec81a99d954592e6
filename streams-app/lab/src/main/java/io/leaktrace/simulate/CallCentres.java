package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Numbers of call centres. Each leak and each background source has a centre of its own, except that one centre buys
 * from the first two leaks and from the largest informed source. A fifth of the calls shows a forged number.
 */
final class CallCentres implements CallerNumbers {

    static final double FORGED = 0.2;
    static final int NUMBERS_OF_A_LEAK = 40;

    private static final int NUMBERS = 1_000_000;
    private static final int LEAST_OF_BACKGROUND = 20;
    private static final int SPREAD_OF_BACKGROUND = 180;
    private static final String SOURCE_OF_SHARED = "informed-0";
    private static final String SHARED = "shared";

    private final Set<Custodian> sharing;

    /** @param leaks in any order */
    CallCentres(List<Leak> leaks) {
        sharing = leaks.stream().map(Leak::custodian).sorted().limit(2).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String caller(Incident incident, RandomStream random) {
        if (random.chance(FORGED)) {
            return number(random.below(NUMBERS));
        }
        String centre = centre(incident);
        int size = incident.cause() != null || centre.equals(SHARED)
                ? NUMBERS_OF_A_LEAK
                : LEAST_OF_BACKGROUND + RandomStream.hashed(centre, SPREAD_OF_BACKGROUND);
        return number(RandomStream.hashed(centre + "/" + random.below(size), NUMBERS));
    }

    private String centre(Incident incident) {
        if (incident.cause() == null) {
            return incident.source().equals(SOURCE_OF_SHARED) ? SHARED : incident.source();
        }
        return sharing.contains(incident.cause()) ? SHARED : incident.cause().toString();
    }

    private static String number(int number) {
        return "caller-" + (number + 1);
    }
}
