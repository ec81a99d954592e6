package io.leaktrace.simulate;

/** The numbers that scammers call from, as pseudonyms. */
@FunctionalInterface
interface CallerNumbers {

    /** The pseudonym of the number of a call, or null if it is unknown. */
    String caller(Incident incident, RandomStream random);

    /** Forty numbers for each leak, any of 20,000 numbers for background callers. */
    static CallerNumbers usual() {
        int numbers = 20_000;
        int ofALeak = 40;
        return (incident, random) -> {
            int number = incident.cause() == null
                    ? random.below(numbers)
                    : (RandomStream.hashed(incident.cause().toString(), numbers) + random.below(ofALeak)) % numbers;
            return "caller-" + (number + 1);
        };
    }
}
