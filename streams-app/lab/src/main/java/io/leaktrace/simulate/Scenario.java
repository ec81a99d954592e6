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
            LeakHabits.SLOW_AND_SILENT),
    SLOW_CALLERS(
            "slow-callers",
            "lead times twice as long as usual, and four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles,
            LeakHabits.TWICE_AS_SLOW),
    OTHER_KNOWLEDGE(
            "other-knowledge",
            "nodes see what is in a parcel, sellers see no address; four leaks",
            MarketSettings.USUAL,
            LeakPlanner::fourOfThreeRoles,
            LeakHabits.OTHER_KNOWLEDGE),
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
            LeakPlanner::story);

    private final String title;
    private final String description;
    private final MarketSettings settings;
    private final Function<LeakPlanner, List<Leak>> leaks;
    private final LeakHabits leakHabits;

    Scenario(String title, String description, MarketSettings settings, Function<LeakPlanner, List<Leak>> leaks) {
        this(title, description, settings, leaks, LeakHabits.USUAL);
    }

    Scenario(
            String title,
            String description,
            MarketSettings settings,
            Function<LeakPlanner, List<Leak>> leaks,
            LeakHabits leakHabits) {
        this.title = title;
        this.description = description;
        this.settings = settings;
        this.leaks = leaks;
        this.leakHabits = leakHabits;
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
        return MarketMaker.make(this, this::leaks, seed, overrides, habits);
    }

    /** The same market with the same background of scam calls, but without leaks. */
    public SimulatedMarket marketWithoutLeaks(long seed, MarketOverrides overrides, CallHabits habits) {
        return MarketMaker.make(this, LeakPlanner::none, seed, overrides, habits);
    }

    /** Simulates the scenario with its default settings. */
    public SimulatedMarket market(long seed) {
        return market(seed, MarketOverrides.NONE, CallHabits.assumed());
    }

    LeakHabits leakHabits() {
        return leakHabits;
    }

    List<Leak> leaks(LeakPlanner planner) {
        return leaks.apply(planner);
    }

    @Override
    public String toString() {
        return title;
    }
}
