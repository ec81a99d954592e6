package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Chooses where to place the next decoys: the orders whose calls are expected to tell most about which custodians leak.
 *
 * <p>Contested custodians ({@link Suspect#sharedWith}) are a group with exclusive hypotheses: none of them leaks, one does,
 * or two do. Every other custodian that is watched or suspected is a group of its own. Prior weights are those of the
 * model: π R for a leak of a custodian with the evidence log10 R; but contested custodians are examined at even odds that
 * one of them leaks. Calls are those of {@link DecoyCalls}; what custodians of other groups may cause is added at its
 * expected number. Groups are taken to be independent, so the information about all of them is at least the sum over the
 * groups.
 *
 * <p>Orders are chosen one by one, each time the one with the largest expected information. The information is submodular
 * in the set of orders, since their calls are independent given who leaks, so the chosen ones have at least 1 − 1/e of the
 * information of the best set (Nemhauser, Wolsey and Fisher, "An analysis of approximations for maximizing submodular set
 * functions", Math. Programming 14, 1978; Krause and Guestrin, "Near-optimal nonmyopic value of information in graphical
 * models", UAI 2005).
 */
public final class DecoyPlanner {

    /** Orders that tell less are not proposed, in bits. */
    private static final double LEAST_BITS = 0.001;

    /**
     * The information about contested custodians is that at even odds that one of them leaks, if the odds are worse:
     * whatever is reported, no alert is raised on them until they are distinguished.
     */
    private static final double CONTESTED_ODDS = 0.5;

    /** Groups that are examined: those that are most uncertain. */
    private static final int MOST_GROUPS = 20;

    private static final int MOST_MEMBERS = 8;

    /** Choices that are compared at each step: those that tell most now, and those that tell most about each group. */
    private static final int MOST_CHOICES = 60;

    private static final int MOST_CHOICES_PER_GROUP = 6;

    /** A group is named with a proposal if at least this share of its information is about it. */
    private static final double NAMED_SHARE = 0.1;

    /** Attributed incidents from which on the estimated rate of a custodian is used. */
    private static final double ENOUGH_ATTRIBUTED = 1;

    /** Most calls that a leak is taken to cause per decoy. */
    private static final double MOST_CALLS = 1;

    private static final double LN_MARGIN = StrictMath.log(AlertPolicy.MARGIN);

    private final ModelSettings settings;
    private final AlertPolicy policy;
    private final Map<Custodian, Suspect> suspects = new TreeMap<>();
    private final Function<Custodian, Double> alone;
    private final List<Group> groups = new ArrayList<>();

    /**
     * Prepares the choice.
     *
     * @param suspects all custodians as of the latest epoch
     * @param alone returns the evidence (log10) of a custodian if no other leaked, or null if it is not known; it then
     *     counts as equal to that given the others
     * @param threshold the evidence (log10) at which alerts are raised; NaN for that of the settings
     */
    public DecoyPlanner(
            Collection<Suspect> suspects, Function<Custodian, Double> alone, double threshold, ModelSettings settings) {
        this.settings = settings;
        this.policy = Double.isNaN(threshold)
                ? AlertPolicy.forBudget(suspects.size(), settings)
                : new AlertPolicy(threshold, settings.alertBuyers());
        this.alone = alone;
        suspects.forEach(suspect -> this.suspects.put(suspect.custodian(), suspect));
        for (List<Custodian> members : members()) {
            groups.add(new Group(members));
        }
        groups.sort(Comparator.comparingDouble((Group group) -> group.belief.entropy())
                .reversed()
                .thenComparing(group -> group.members.get(0)));
        if (groups.size() > MOST_GROUPS) {
            groups.subList(MOST_GROUPS, groups.size()).clear();
        }
    }

    /** Returns the custodians that are examined. */
    private Set<Custodian> examined() {
        Set<Custodian> examined = new TreeSet<>();
        groups.forEach(group -> examined.addAll(group.members));
        return examined;
    }

    /** Whether a decision leaves open if the custodian leaks. */
    private static boolean isUndecided(Suspect suspect) {
        return suspect.status() != Suspect.Status.CONFIRMED && suspect.status() != Suspect.Status.DISMISSED;
    }

    /** Returns the groups: custodians under suspicion, together with those that the data do not distinguish from them. */
    private List<List<Custodian>> members() {
        SortedMap<Custodian, SortedSet<Custodian>> groupOf = new TreeMap<>();
        for (Suspect suspect : suspects.values()) {
            boolean isSuspected =
                    suspect.status() == Suspect.Status.WATCH || suspect.status() == Suspect.Status.SUSPECT;
            if (!isSuspected) {
                continue;
            }
            join(groupOf, suspect.custodian(), suspect.custodian());
            Suspect rival = suspect.sharedWith() == null ? null : suspects.get(suspect.sharedWith());
            if (rival != null && isUndecided(rival)) {
                join(groupOf, suspect.custodian(), rival.custodian());
            }
        }
        List<List<Custodian>> all = new ArrayList<>();
        for (Map.Entry<Custodian, SortedSet<Custodian>> entry : groupOf.entrySet()) {
            if (entry.getValue().first().equals(entry.getKey())) {
                all.add(entry.getValue().stream()
                        .sorted(Comparator.comparingDouble(this::alone)
                                .reversed()
                                .thenComparing(Comparator.naturalOrder()))
                        .limit(MOST_MEMBERS)
                        .toList());
            }
        }
        return all;
    }

    private static void join(SortedMap<Custodian, SortedSet<Custodian>> groupOf, Custodian one, Custodian other) {
        SortedSet<Custodian> joined = new TreeSet<>(Set.of(one));
        joined.addAll(groupOf.getOrDefault(one, joined));
        joined.add(other);
        joined.addAll(groupOf.getOrDefault(other, joined));
        joined.forEach(member -> groupOf.put(member, joined));
    }

    /** Returns the evidence (log10) of a custodian if no other leaked. */
    private double alone(Custodian custodian) {
        double given = suspects.get(custodian).evidence();
        Double known = alone.apply(custodian);
        return known == null ? given : Math.max(given, known);
    }

    /** Returns the share of a custodian's evidence that is of a leak that goes on, Σ A / (Σ A + Z), from its score. */
    private double now(Suspect suspect) {
        double odds = settings.startRate() * StrictMath.pow(10, suspect.evidence());
        return Math.min(1, suspect.score() * (1 + 1 / odds));
    }

    /**
     * Returns the suspected leak rate, in reported contacts per order touched: the estimated one or, if no incidents are
     * attributed to the custodian, the one at which it would cause those of another that it could explain.
     */
    private double rate(Custodian custodian) {
        Suspect suspect = suspects.get(custodian);
        if (hasRate(suspect)) {
            return suspect.leakRate();
        }
        double rate = 0;
        for (Suspect other : suspects.values()) {
            if (custodian.equals(other.sharedWith()) && hasRate(other) && suspect.exposures() > 0) {
                double incidents = other.shared() * other.leakRate() * other.exposures();
                rate = Math.max(rate, incidents / suspect.exposures());
            }
        }
        return rate > 0 ? Math.min(1, rate) : DisclosureLikelihood.HABIT_LEVEL;
    }

    private static boolean hasRate(Suspect suspect) {
        return suspect.attributed() >= ENOUGH_ATTRIBUTED && suspect.leakRate() > 0;
    }

    /** Returns the buyers of a suspect's incidents; callers of decoys that count are taken to have known an order. */
    private static HorizonBlame.Buyers buyers(Suspect suspect) {
        int decoys = suspect.reporters().decoys();
        return new HorizonBlame.Buyers(suspect.buyers(), decoys, decoys);
    }

    /** Returns the incidents attributed to a custodian or, if there are more, those that it could explain of another. */
    private double wouldBeAttributed(Custodian custodian) {
        double attributed = suspects.get(custodian).attributed();
        for (Suspect other : suspects.values()) {
            if (custodian.equals(other.sharedWith())) {
                attributed = Math.max(attributed, other.shared() * other.attributed());
            }
        }
        return attributed;
    }

    /** Returns the number of calls that a leak of the custodian would cause per decoy. */
    private double caused(Custodian custodian) {
        return Math.min(MOST_CALLS, rate(custodian) / settings.reportedShare());
    }

    /** Custodians of which it is examined who leaks. */
    private final class Group {
        final List<Custodian> members;
        final DecoyCalls calls;

        /** By hypothesis: the bits of the members that leak. */
        final List<Integer> hypotheses = new ArrayList<>();

        /** By hypothesis: its probability by the model. */
        final double[] probability;

        /** By hypothesis: the same, for contested custodians at even odds or better that one of them leaks. */
        final double[] prior;

        /** What would be known after the orders chosen so far. */
        DecoyBelief belief;

        Group(List<Custodian> members) {
            this.members = members;
            this.calls = new DecoyCalls(members.stream().map(Custodian::role).toList(), settings);
            double now = members.stream()
                    .mapToDouble(member -> now(suspects.get(member)))
                    .max()
                    .orElse(0);
            List<Double> weights = new ArrayList<>();
            // Nobody leaks now: nobody ever did, or one has stopped.
            List<Double> nobody = new ArrayList<>(List.of(0.0));
            members.forEach(member -> nobody.add(weight(evidence(member), 1 - now)));
            add(weights, 0, logOfSum(nobody));
            for (int i = 0; i < members.size(); i++) {
                double one = weight(evidence(members.get(i)), now);
                add(weights, 1 << i, one);
                for (int j = i + 1; j < members.size(); j++) {
                    double both = one + weight(suspects.get(members.get(j)).evidence(), now);
                    add(weights, 1 << i | 1 << j, both);
                }
            }
            double all = logOfSum(weights);
            this.probability = weights.stream()
                    .mapToDouble(weight -> StrictMath.exp(weight - all))
                    .toArray();
            this.prior = probability.clone();
            if (members.size() > 1 && prior[0] > 1 - CONTESTED_ODDS) {
                for (int h = 1; h < prior.length; h++) {
                    prior[h] *= CONTESTED_ODDS / (1 - prior[0]);
                }
                prior[0] = 1 - CONTESTED_ODDS;
            }
            this.belief = DecoyBelief.of(prior);
        }

        private void add(List<Double> weights, int leaking, double weight) {
            hypotheses.add(leaking);
            weights.add(weight);
        }

        /** Returns the evidence (log10) of a member: alone if it is contested, else given all others. */
        double evidence(Custodian member) {
            return members.size() > 1 ? alone(member) : suspects.get(member).evidence();
        }

        /** Returns ln(Σ exp w); evidence may be too large for a sum of numbers. */
        private static double logOfSum(List<Double> weights) {
            double largest = Collections.max(weights);
            double sum = 0;
            for (double weight : weights) {
                sum += StrictMath.exp(weight - largest);
            }
            return largest + StrictMath.log(sum);
        }

        /** Returns ln(π R part) of a part of the evidence: of leaks that go on, or of those that have stopped. */
        private double weight(double evidence, double part) {
            return StrictMath.log(settings.startRate() * Math.max(part, 1e-9)) + evidence * LeakChain.LN_10;
        }

        /** Returns the probability that a member leaks. */
        double probability(int member) {
            double sum = 0;
            for (int h = 0; h < probability.length; h++) {
                sum += (hypotheses.get(h) & 1 << member) != 0 ? probability[h] : 0;
            }
            return sum;
        }

        int touched(Set<Custodian> custodians) {
            int bits = 0;
            for (int i = 0; i < members.size(); i++) {
                bits |= custodians.contains(members.get(i)) ? 1 << i : 0;
            }
            return bits;
        }

        /**
         * Returns the probabilities of what is observed at a decoy, by hypothesis.
         *
         * @param touched bits of the members that the order touches
         * @param others number of calls that others are expected to cause, by kind
         */
        double[][] likelihood(int touched, double[] others) {
            double[][] likelihood = new double[prior.length][];
            for (int h = 0; h < prior.length; h++) {
                double[] expected = new double[calls.kinds()];
                for (int kind = 0; kind < expected.length; kind++) {
                    expected[kind] = calls.background(kind) + others[kind];
                    for (int i = 0; i < members.size(); i++) {
                        if ((touched & hypotheses.get(h) & 1 << i) != 0) {
                            Custodian member = members.get(i);
                            expected[kind] += caused(member) * calls.caused(member.role(), kind);
                        }
                    }
                }
                likelihood[h] = DecoyCalls.outcomes(expected);
            }
            return likelihood;
        }
    }

    /** Orders from the same chosen custodians. */
    private final class Choice {
        final List<Custodian> from;
        final List<DecoyRoutes.Route> routes = new ArrayList<>();
        int orders;

        /** By group; null for groups of which the orders touch no custodian. */
        List<List<DecoyBelief.Way>> ways;

        /** By group, the information of one more order, in bits. */
        double[] bits;

        Choice(List<Custodian> from) {
            this.from = from;
        }

        /** Finds how an order touches the groups, from the routes. */
        void prepare() {
            ways = new ArrayList<>();
            bits = new double[groups.size()];
            for (int index = 0; index < groups.size(); index++) {
                Group group = groups.get(index);
                SortedMap<Integer, double[]> others = new TreeMap<>();
                SortedMap<Integer, Integer> numbers = new TreeMap<>();
                for (DecoyRoutes.Route route : routes) {
                    int touched = group.touched(route.custodians());
                    numbers.merge(touched, route.orders(), Integer::sum);
                    double[] sums = others.computeIfAbsent(touched, bits -> new double[group.calls.kinds()]);
                    for (Custodian other : route.custodians()) {
                        double causes = group.members.contains(other) ? 0 : route.orders() * expected(other);
                        for (int kind = 0; kind < sums.length && causes > 0; kind++) {
                            sums[kind] += causes * group.calls.caused(other.role(), kind);
                        }
                    }
                }
                List<DecoyBelief.Way> ofGroup = new ArrayList<>();
                numbers.forEach((touched, number) -> {
                    double[] mean = others.get(touched);
                    for (int kind = 0; kind < mean.length; kind++) {
                        mean[kind] /= number;
                    }
                    ofGroup.add(new DecoyBelief.Way(
                            number / (double) orders, touched == 0 ? null : group.likelihood(touched, mean)));
                });
                ways.add(numbers.lastKey() == 0 ? null : ofGroup);
                weigh(index);
            }
        }

        void weigh(int group) {
            bits[group] = 0;
            if (ways.get(group) != null) {
                for (DecoyBelief.Way way : ways.get(group)) {
                    bits[group] += way.likelihood() == null
                            ? 0
                            : way.probability() * groups.get(group).belief.information(way.likelihood());
                }
            }
        }

        double allBits() {
            double sum = 0;
            for (double ofGroup : bits) {
                sum += ofGroup;
            }
            return sum;
        }

        DecoyPlan.Proposal proposal() {
            List<Integer> named = new ArrayList<>();
            for (int group = 0; group < bits.length; group++) {
                if (bits[group] >= NAMED_SHARE * allBits()) {
                    named.add(group);
                }
            }
            named.sort(
                    Comparator.comparingDouble((Integer group) -> bits[group]).reversed());
            SortedMap<Custodian, Integer> touched = new TreeMap<>();
            Set<Custodian> examined = examined();
            for (DecoyRoutes.Route route : routes) {
                for (Custodian custodian : route.custodians()) {
                    if (examined.contains(custodian)) {
                        touched.merge(custodian, route.orders(), Integer::sum);
                    }
                }
            }
            List<DecoyPlan.Touch> touches = new ArrayList<>();
            touched.forEach(
                    (custodian, number) -> touches.add(new DecoyPlan.Touch(custodian, number / (double) orders)));
            touches.sort(Comparator.comparingDouble(DecoyPlan.Touch::share).reversed());
            return new DecoyPlan.Proposal(
                    from,
                    0,
                    0,
                    named.stream().map(group -> groups.get(group).members).toList(),
                    touches);
        }
    }

    /** Returns the number of calls that a custodian outside a group is expected to cause per decoy that touches it. */
    private double expected(Custodian custodian) {
        Suspect suspect = suspects.get(custodian);
        if (suspect == null || suspect.status() == Suspect.Status.CLEAR) {
            return 0;
        }
        double probability = suspect.status() == Suspect.Status.CONFIRMED ? 1 : suspect.score();
        return probability * caused(custodian);
    }

    /**
     * Returns the choices: by the custodians of these roles that an order has.
     *
     * @param chosen roles of which the custodian can be chosen for an order
     */
    private List<Choice> choices(DecoyRoutes routes, Set<Role> chosen) {
        Set<Custodian> examined = examined();
        Map<List<Custodian>, Choice> byFrom = new LinkedHashMap<>();
        Set<List<Custodian>> telling = new HashSet<>();
        for (DecoyRoutes.Route route : routes.routes()) {
            List<Custodian> from = route.custodians().stream()
                    .filter(custodian -> chosen.contains(custodian.role()))
                    .filter(custodian -> !isPart(custodian, route.custodians()))
                    .sorted(Comparator.comparing(Custodian::role).thenComparing(Custodian::id))
                    .toList();
            if (!from.isEmpty()) {
                Choice choice = byFrom.computeIfAbsent(from, Choice::new);
                choice.routes.add(route);
                choice.orders += route.orders();
                if (route.custodians().stream().anyMatch(examined::contains)) {
                    telling.add(from);
                }
            }
        }
        List<Choice> choices = new ArrayList<>(byFrom.values());
        choices.removeIf(choice -> !telling.contains(choice.from));
        choices.forEach(Choice::prepare);
        return best(choices);
    }

    /** Whether the custodian is a part of another one of the order, as an agent of a seller, and cannot be chosen itself. */
    private static boolean isPart(Custodian custodian, Set<Custodian> ofOrder) {
        for (Custodian whole = custodian.whole(); whole != null; whole = whole.whole()) {
            if (ofOrder.contains(whole)) {
                return true;
            }
        }
        return false;
    }

    private List<Choice> best(List<Choice> choices) {
        Set<Choice> best = new HashSet<>();
        choices.stream().sorted(byBits(Choice::allBits)).limit(MOST_CHOICES).forEach(best::add);
        for (int i = 0; i < groups.size(); i++) {
            int group = i;
            choices.stream()
                    .sorted(byBits(choice -> choice.bits[group]))
                    .limit(MOST_CHOICES_PER_GROUP)
                    .forEach(best::add);
        }
        return choices.stream().filter(best::contains).toList();
    }

    private static Comparator<Choice> byBits(ToDoubleFunction<Choice> bits) {
        return Comparator.comparingDouble(bits).reversed().thenComparing(choice -> choice.from.toString());
    }

    /**
     * Returns where to place decoys.
     *
     * @param budget number of decoys, above 0
     * @param chosen roles of which the custodian can be chosen for an order, such as the seller
     */
    public DecoyPlan plan(DecoyRoutes routes, Set<Role> chosen, int budget) {
        groups.forEach(group -> group.belief = DecoyBelief.of(group.prior));
        double open =
                groups.stream().mapToDouble(group -> group.belief.entropy()).sum();
        List<Choice> choices = choices(routes, chosen);
        Map<List<Custodian>, DecoyPlan.Proposal> proposals = new LinkedHashMap<>();
        for (int order = 0; order < budget && !choices.isEmpty(); order++) {
            Choice next = choices.stream().min(byBits(Choice::allBits)).orElseThrow();
            double bits = next.allBits();
            if (bits < LEAST_BITS) {
                break;
            }
            DecoyPlan.Proposal before = proposals.get(next.from);
            proposals.put(next.from, (before == null ? next.proposal() : before).plus(bits));
            for (int group = 0; group < groups.size(); group++) {
                if (next.ways.get(group) != null) {
                    groups.get(group).belief = groups.get(group).belief.after(next.ways.get(group));
                    for (Choice choice : choices) {
                        choice.weigh(group);
                    }
                }
            }
        }
        double gained = proposals.values().stream()
                .mapToDouble(DecoyPlan.Proposal::bits)
                .sum();
        return new DecoyPlan(budget, open, gained, List.copyOf(proposals.values()), examinedByEvidence());
    }

    private List<DecoyPlan.Examined> examinedByEvidence() {
        DecoysNeeded needed = new DecoysNeeded(settings, policy);
        Map<DecoyPlan.Examined, Double> evidence = new HashMap<>();
        for (Group group : groups) {
            for (int i = 0; i < group.members.size(); i++) {
                Custodian custodian = group.members.get(i);
                Suspect suspect = suspects.get(custodian);
                Custodian rival = group.members.size() == 1
                        ? null
                        : suspect.sharedWith() != null && group.members.contains(suspect.sharedWith())
                                ? suspect.sharedWith()
                                : group.members.get(i == 0 ? 1 : 0);
                double required = rival == null ? policy.raiseAt() : alone(rival) + LN_MARGIN / LeakChain.LN_10;
                double rate = rate(custodian);
                Integer number = needed.of(new DecoysNeeded.Known(
                        custodian.role(),
                        group.evidence(custodian),
                        now(suspect),
                        wouldBeAttributed(custodian),
                        rate,
                        caused(custodian),
                        buyers(suspect),
                        required));
                DecoyPlan.Examined examined =
                        new DecoyPlan.Examined(custodian, suspect.status(), group.probability(i), rate, rival, number);
                evidence.put(examined, group.evidence(custodian));
            }
        }
        return evidence.keySet().stream()
                .sorted(Comparator.comparing((DecoyPlan.Examined examined) -> examined.sharedWith() == null)
                        .thenComparing(Comparator.comparing((DecoyPlan.Examined examined) -> evidence.get(examined))
                                .reversed())
                        .thenComparing(DecoyPlan.Examined::custodian))
                .toList();
    }
}
