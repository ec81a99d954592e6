package io.leaktrace.simulate;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The scenarios: markets that can be simulated, each with its own planted leaks. */
public enum Scenario {
    QUIET("quiet", "no custodian leaks", MarketSettings.USUAL, LeakPlanner::none),
    BIG_SELLER("big-seller", "one of the ten biggest sellers leaks", MarketSettings.USUAL, LeakPlanner::bigSeller),
    SMALL_SELLERS(
            "small-sellers",
            "eight sellers with fewer than 30 orders a day leak",
            MarketSettings.USUAL,
            LeakPlanner::smallSellers),
    LEAKING_HUB(
            "leaking-hub",
            "an origin hub leaks; ten and more innocent sellers ship only through it",
            MarketSettings.USUAL,
            LeakPlanner::leakingHub),
    LEAKING_SELLER(
            "leaking-seller",
            "a big seller leaks; its innocent hub serves hardly any other seller",
            MarketSettings.USUAL,
            LeakPlanner::leakingSeller),
    TWENTY_LEAKS(
            "twenty-leaks",
            "twenty custodians of all roles leak, at rates from 10% down to 1% and from different days on",
            MarketSettings.USUAL,
            LeakPlanner::twentyLeaks),
    FESTIVAL(
            "festival",
            "five times the scam calls on days 40 to 46, and four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles),
    FESTIVAL_QUIET(
            "festival-quiet",
            "five times the scam calls on days 40 to 46, and no custodian leaks",
            MarketSettings.USUAL,
            LeakPlanner::none),
    OFTEN_CALLED(
            "often-called",
            "200 buyers are called all the time whatever they order, and four ordinary sellers leak",
            MarketSettings.USUAL,
            LeakPlanner::fourSellers),
    OFTEN_CALLED_SHOPPERS(
            "often-called-shoppers",
            "one buyer in fifty is called ten times as often and shops at the same 40 sellers; four others leak",
            MarketSettings.USUAL,
            LeakPlanner::fourSellers),
    REGIONAL_WAVE(
            "regional-wave",
            "six times the scam calls where one of ten stations delivers, on days 40 to 46, and four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles),
    FAINT_LEAKS(
            "faint-leaks",
            "twenty custodians leak at rates from 2% down to 0.2%: some have a handful of reported victims",
            MarketSettings.USUAL,
            LeakPlanner::faintLeaks),
    LEAK_SIZES(
            "leak-sizes",
            "twelve leaks: three each with one reported victim in ten days, in five, in two and every day",
            MarketSettings.USUAL,
            LeakPlanner::leakSizes),
    INJECTION(
            "injection",
            "a tenth of the orders of ten custodians become victims, callers disclose nothing and call weeks later",
            MarketSettings.USUAL,
            LeakPlanner::injected,
            LeakCallers.SLOW_AND_SILENT),
    SLOW_CALLERS(
            "slow-callers",
            "lead times twice as long as usual, and four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles,
            LeakCallers.TWICE_AS_SLOW),
    OTHER_KNOWLEDGE(
            "other-knowledge",
            "nodes see what is in a parcel, sellers see no address; four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles,
            LeakCallers.OTHER_KNOWLEDGE),
    WHO_SAW_WHAT(
            "who-saw-what",
            "buyers are encrypted for four of five sellers, and orders say so; three sellers and a provider leak",
            MarketSettings.USUAL,
            LeakPlanner::fourAtTheOrder,
            LeakCallers.ENCRYPTED),
    MARKS(
            "marks",
            "what is written differs by custodian, and two in five leaked calls return the mark; four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles),
    ACCESSES(
            "accesses",
            "agents of the 40 largest sellers open orders; an agent leaks those that it opens, and all agents of a seller",
            MarketSettings.USUAL,
            LeakPlanner::anAgentAndASeller),
    DIALLED(
            "dialled",
            "sellers and nodes see virtual numbers, which are given out again; four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles),
    DECOYS(
            "decoys",
            "50 decoys a day order from watched custodians, one in ten other victims reports; four leaks of 1 to 3%",
            MarketSettings.WITH_DECOYS,
            LeakPlanner::fourOfAnySize),
    RARELY_REPORTED(
            "rarely-reported",
            "only one call in twenty is reported; four leaks",
            MarketSettings.RARELY_REPORTED,
            LeakPlanner::fourOfThreeRoles),
    STOPPED_LEAK("stopped-leak", "a seller leaks for 15 days", MarketSettings.USUAL, LeakPlanner::stoppedLeak),
    STORY(
            "story",
            "July 2014: zhou's four orders, the call next day, and the service desk that leaked them",
            MarketSettings.STORY,
            LeakPlanner::story,
            LeakCallers.UNIFORM),
    STOLEN_ARCHIVE(
            "stolen-archive",
            "forty days of orders of two sellers and a hub are copied in one go and called through in twelve days",
            MarketSettings.USUAL,
            LeakPlanner::stolenArchives),
    STOLEN_ARCHIVE_LONG(
            "stolen-archive-long",
            "the same with half a year of orders, of a service provider and a seller",
            MarketSettings.LONG,
            LeakPlanner::longStolenArchives),
    FALSE_REPORTS(
            "false-reports",
            "10, 20 and 40 new buyers report calls that nobody made, to frame three honest sellers",
            MarketSettings.USUAL,
            LeakPlanner::none),
    CAREFUL_FALSE_REPORTS(
            "careful-false-reports",
            "the same, but the false reporters have ordered elsewhere before",
            MarketSettings.USUAL,
            LeakPlanner::none),
    REPORTS_BEFORE_BUYING(
            "reports-before-buying",
            "three sellers leak, and 8, 20 and 50 accomplices report calls before they first buy from them",
            MarketSettings.USUAL,
            LeakPlanner::threeSellers),
    CALL_CENTRES(
            "call-centres",
            "callers use the few numbers of their call centre; one works for two of four leaks and old data; payees and links",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles),
    SILENT_CALLERS(
            "silent-callers",
            "a tenth of ten days' orders of ten custodians become reported victims; callers know name and phone",
            MarketSettings.USUAL,
            LeakPlanner::tenDaysEach,
            LeakCallers.SILENT),
    WITHIN_THE_HOUR(
            "within-the-hour",
            "victims are called 15 to 70 minutes after the order; three sellers and a service provider leak",
            MarketSettings.USUAL,
            LeakPlanner::fourAtTheOrder,
            LeakCallers.WITHIN_THE_HOUR),
    TIMES_TO_THE_DAY(
            "times-to-the-day",
            "calls and reports have a date only, written as midnight; four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles),
    SHORT_EXTRACT(
            "short-extract",
            "five days of orders, and three leaking sellers with 40 reported victims each",
            MarketSettings.SHORT,
            LeakPlanner::threeInAShortTime,
            LeakCallers.WITHIN_A_DAY),
    HIDDEN_LEAKER(
            "hidden-leaker",
            "a service provider of 60 sellers leaks that no order names; truth.csv names only it",
            MarketSettings.USUAL,
            LeakPlanner::hiddenProvider),
    MIXED_CLOCKS(
            "mixed-clocks",
            "three in ten contacts have local times written as UTC, some before the order; four sellers leak",
            MarketSettings.WEST,
            LeakPlanner::fourSellers,
            LeakCallers.WITHIN_A_DAY);

    private final String title;
    private final String description;
    private final MarketSettings settings;
    private final Function<LeakPlanner, List<Leak>> leaks;
    private final LeakCallers leakCallers;

    Scenario(String title, String description, MarketSettings settings, Function<LeakPlanner, List<Leak>> leaks) {
        this(title, description, settings, leaks, LeakCallers.VARIED);
    }

    Scenario(
            String title,
            String description,
            MarketSettings settings,
            Function<LeakPlanner, List<Leak>> leaks,
            LeakCallers leakCallers) {
        this.title = title;
        this.description = description;
        this.settings = settings;
        this.leaks = leaks;
        this.leakCallers = leakCallers;
    }

    /**
     * The scenario of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists all names
     */
    public static Scenario named(String title) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no scenario '" + title + "'; there are "
                        + Arrays.stream(values()).map(Scenario::title).collect(Collectors.joining(", "))));
    }

    /** Name on the command line, as in {@code big-seller}. */
    public String title() {
        return title;
    }

    /** A description in one line. */
    public String description() {
        return description;
    }

    /** Default settings. */
    public MarketSettings settings() {
        return settings;
    }

    /**
     * Simulates the scenario. Equal seeds, overrides and habits give equal markets, record by record.
     *
     * @throws IllegalArgumentException if the overrides make a market too small or too short for the scenario
     */
    public SimulatedMarket market(long seed, MarketOverrides overrides, CallHabits habits) {
        return MarketMaker.make(this, true, seed, overrides, habits);
    }

    /** The same market with the same background of scam calls and the same false reports, but without leaks. */
    public SimulatedMarket marketWithoutLeaks(long seed, MarketOverrides overrides, CallHabits habits) {
        return MarketMaker.make(this, false, seed, overrides, habits);
    }

    /** Simulates the scenario with its default settings. */
    public SimulatedMarket market(long seed) {
        return market(seed, MarketOverrides.NONE, CallHabits.assumed());
    }

    /** Whether no custodian leaks that the orders name. */
    public boolean isLeakFree() {
        return switch (this) {
            case QUIET, FESTIVAL_QUIET, FALSE_REPORTS, CAREFUL_FALSE_REPORTS, HIDDEN_LEAKER -> true;
            default -> false;
        };
    }

    /** Whether orders or contacts have further evidence, which {@link SimulatedMarket#withoutEvidence} removes. */
    public boolean hasEvidence() {
        return switch (this) {
            case WHO_SAW_WHAT, MARKS, ACCESSES, DIALLED, DECOYS -> true;
            default -> false;
        };
    }

    LeakCallers leakCallers() {
        return leakCallers;
    }

    List<Leak> leaks(LeakPlanner planner) {
        return leaks.apply(planner);
    }

    @Override
    public String toString() {
        return title;
    }
}
