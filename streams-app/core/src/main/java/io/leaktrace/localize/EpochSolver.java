package io.leaktrace.localize;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Verdict;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Solves one epoch; see {@link Localizer}. It is read from {@link #solve} downwards: what is known, then blame and
 * levels made from each other. What follows from that is {@link EpochConclusion}'s.
 */
final class EpochSolver {

    /** Blame and levels depend on each other; so many times each is made from the other. */
    private static final int PASSES = 2;

    /** Contacts caused per order by shopping at all: a prior, and the incidents that it is worth. */
    private static final double SHOPPING_PRIOR = 1e-4;

    private static final double SHOPPING_PRIOR_WEIGHT = 1;

    /** Who is this many times below the floor when weighed alone does not come to carry blame. */
    private static final double UNSUSPECTED = 10;

    /** Leak level at which the habits of callers are learned. */
    private static final double HABIT_LEVEL = 0.01;

    /** Products of evidence are turned into logarithms before they overflow. */
    private static final double LARGE = 1e200;

    static final double LN_10 = StrictMath.log(10);

    final ModelSettings settings;
    final String market;
    final LeakChain chain;
    private final Ledger ledger;
    final SortedMap<Custodian, CustodianState> carried;
    final MarketState before;

    private final double[] level;
    private final boolean weighsKnowledge;
    final boolean explainsAway;
    final long end;
    final long today;
    final long firstDay;
    /** First day of touch that is attributed anew. At a new day, the oldest one leaves the ring once it is solved. */
    final long ringFrom;
    /** The same at the epoch to come: what is before goes into what is carried on. */
    final long nextRingFrom;
    /** First day of the horizon, in which touches, contacts and incidents are counted. */
    final long horizonFrom;
    /** First day of which accounts know touches. */
    final long accountsFrom;
    /** First day for which leak levels are kept. */
    final long levelsFrom;

    final List<Account> accounts = new ArrayList<>();
    final Map<Custodian, Integer> indexes = new HashMap<>();

    /** Accounts with incidents to explain, the strongest alone first. */
    private final List<Account> implicated = new ArrayList<>();

    List<Incident> incidents;
    Candidates candidates;
    /** The index among the accounts of the custodian of each of the ledger's slots. */
    int[] indexOfSlot;

    LeadTimes leadTimes;
    Background.AtRisk atRisk;
    Background background;
    private NegativeControl control;
    private Knowledge knowledge;
    private double[] knowledgeWeights;
    private double shoppingExposure;

    /** By day of the ring and level: used again from one custodian to the next. */
    private double[] products;

    private double[] logs;

    /** By incident. */
    private int[] disclosed;

    // By incident: intensities per day.
    double[] ownRate;
    double[] shoppingRate;
    double[] total;

    EpochSolver(
            ModelSettings settings,
            String market,
            LeakChain chain,
            Ledger ledger,
            MarketState before,
            SortedMap<Custodian, CustodianState> carried,
            long end) {
        this.settings = settings;
        this.market = market;
        this.chain = chain;
        this.ledger = ledger;
        this.before = before;
        this.carried = carried;
        this.level = chain.levels();
        this.weighsKnowledge = settings.has(Part.FIELD_KNOWLEDGE);
        this.explainsAway = settings.has(Part.EXPLAINING_AWAY);
        this.end = end;
        this.today = EventTime.dayOf(end - 1);
        this.firstDay =
                before == null ? EventTime.dayOf(ledger.orders().firstKey() * settings.epoch()) : before.firstDay();
        this.ringFrom = before == null ? firstDay + settings.learningDays() : before.ringFrom();
        this.horizonFrom = today - settings.ringDays() + 1;
        this.nextRingFrom = Math.max(ringFrom, horizonFrom);
        this.accountsFrom = Math.min(ringFrom, horizonFrom);
        this.levelsFrom = today - settings.historyDays() - settings.windowDays();
    }

    /** Whether time was passed over before this epoch. */
    boolean followsGap() {
        return before != null && end - before.closed() != settings.epoch();
    }

    Solution solve(InputCounts counts, Set<ContactKey> unsolved) {
        incidents = Incidents.group(ledger, end, settings.incidentSpan());
        leadTimes = LeadTimes.learn(settings, before == null ? new LeadTimes.Sample() : before.leadTimes());
        ReportingDelay delay = learnReportingDelay();
        openAccounts();
        countExposures(delay);
        countContacts();
        findExplanations();
        attribute(delay);
        return new EpochConclusion(this).conclude(counts, unsolved);
    }

    private ReportingDelay learnReportingDelay() {
        ReportingDelay.Sample sample = new ReportingDelay.Sample();
        for (Incident incident : incidents) {
            for (KnownContact contact : incident.contacts) {
                ContactEvidence evidence = contact.evidence();
                sample.add((int) EventTime.hourOf(evidence.reportedAt() - evidence.contactedAt()), (int)
                        EventTime.hourOf(end - evidence.contactedAt()));
            }
        }
        return ReportingDelay.learn(sample);
    }

    private void openAccounts() {
        // Tasks may have read on; what they know of the time after this epoch has no part in it.
        TreeSet<Custodian> custodians = new TreeSet<>(carried.keySet());
        ledger.touches().forEach((custodian, counts) -> {
            if (counts.bucket(0) < end / settings.epoch()) {
                custodians.add(custodian);
            }
        });
        List<Custodian> bySlot = ledger.custodiansBySlot();
        if (!custodians.containsAll(bySlot)) {
            custodians.addAll(inEvidenceBut(custodians, bySlot));
        }
        CustodianState unknown = CustodianState.unknown(chain);
        int days = (int) (today - accountsFrom + 1);
        for (Custodian custodian : custodians) {
            indexes.put(custodian, accounts.size());
            CustodianState state = carried.getOrDefault(custodian, unknown);
            long blameKnownTo = settings.has(Part.REATTRIBUTION) ? ringFrom : today + 1;
            accounts.add(new Account(custodian, state, days, levelsFrom, blameKnownTo, today));
        }
        indexOfSlot = bySlot.stream()
                .mapToInt(custodian -> indexes.getOrDefault(custodian, -1))
                .toArray();
    }

    /** Custodians in the evidence for an incident, but those that are known. */
    private Set<Custodian> inEvidenceBut(Set<Custodian> known, List<Custodian> bySlot) {
        boolean[] isKnown = new boolean[bySlot.size()];
        for (int slot = 0; slot < isKnown.length; slot++) {
            isKnown[slot] = known.contains(bySlot.get(slot));
        }
        Set<Custodian> found = new HashSet<>();
        for (Incident incident : incidents) {
            for (KnownContact contact : incident.contacts) {
                for (int t = 0; t < contact.touches() && contact.touchedAt()[t] < end; t++) {
                    if (!isKnown[contact.slots()[t]]) {
                        found.add(bySlot.get(contact.slots()[t]));
                    }
                }
            }
        }
        return found;
    }

    private void countExposures(ReportingDelay delay) {
        double[][] reportedWithin = leadTimes.reportedWithin(delay);
        long firstBucket = accountsFrom * bucketsPerDay();
        int buckets = (int) (end / settings.epoch() - firstBucket);
        double[][] reportedShares = new double[reportedWithin.length][];
        for (int role = 0; role < reportedShares.length; role++) {
            reportedShares[role] = reportedShares(reportedWithin[role], firstBucket, buckets);
        }
        ledger.touches().forEach((custodian, counts) -> {
            if (!indexes.containsKey(custodian)) {
                return;
            }
            Account account = accounts.get(indexes.get(custodian));
            double[] share = reportedShares[custodian.role().ordinal()];
            for (int i = 0; i < counts.size(); i++) {
                long bucket = counts.bucket(i) - firstBucket;
                if (bucket >= 0 && bucket < buckets) {
                    int day = (int) (bucket / bucketsPerDay());
                    account.touches[day] += counts.count(i);
                    account.exposure[day] += counts.count(i) * share[(int) bucket];
                }
            }
        });
        double[] share = reportedShares(leadTimes.priorReportedWithin(delay), firstBucket, buckets);
        for (Map.Entry<Long, Integer> count : ledger.orders().entrySet()) {
            long bucket = count.getKey() - firstBucket;
            if (bucket >= 0 && bucket < buckets) {
                shoppingExposure += count.getValue() * share[(int) bucket];
            }
        }
    }

    private long bucketsPerDay() {
        return EventTime.DAY / settings.epoch();
    }

    /** For each bucket, the mean over its hours of the share of contacts caused in it that would be reported by now. */
    private double[] reportedShares(double[] within, long firstBucket, int buckets) {
        int hours = (int) (settings.epoch() / EventTime.HOUR);
        double[] shares = new double[buckets];
        for (int bucket = 0; bucket < buckets; bucket++) {
            long bucketEnd = (firstBucket + bucket + 1) * settings.epoch();
            int youngest = (int) EventTime.hourOf(end - bucketEnd);
            for (int i = 0; i < hours; i++) {
                int age = Math.min(youngest + i, within.length - 2);
                shares[bucket] += (within[age] + within[age + 1]) / 2 / hours;
            }
        }
        return shares;
    }

    private void countContacts() {
        int[] contactsOf = new int[accounts.size()];
        for (Incident incident : incidents) {
            for (KnownContact contact : incident.contacts) {
                if (contact.evidence().contactedAt() >= horizonFrom * EventTime.DAY) {
                    for (int slot : contact.slotsBefore()) {
                        contactsOf[indexOfSlot[slot]]++;
                    }
                }
            }
        }
        for (int index = 0; index < contactsOf.length; index++) {
            accounts.get(index).contacts = contactsOf[index];
        }
    }

    private void findExplanations() {
        candidates = Candidates.find(incidents, accounts, indexOfSlot, accountsFrom, leadTimes, settings);
        int open = 0;
        while (open < incidents.size() && incidents.get(open).day < accountsFrom) {
            open++;
        }
        for (int index = 0; index < accounts.size(); index++) {
            Account account = accounts.get(index);
            account.candidatesFrom = candidates.first(index);
            account.explanationsFrom = account.candidatesFrom;
            account.explanationsTo = candidates.end(index);
            // Before that, its attribution is over: it matters only how much of it was left to the background.
            while (account.explanationsFrom < account.explanationsTo
                    && candidates.incident[account.explanationsFrom] < open) {
                account.explanationsFrom++;
            }
        }
    }

    // Blame and levels.

    private void attribute(ReportingDelay delay) {
        long historyFrom = Math.max(firstDay, today - settings.historyDays() + 1);
        atRisk = Background.AtRisk.of(ledger, historyFrom * bucketsPerDay(), end, delay, settings);
        control = new NegativeControl(incidents, candidates, accounts, indexOfSlot, accountsFrom, end, settings);
        knowledgeWeights = new double[incidents.size()];
        disclosed = incidents.stream().mapToInt(incident -> incident.disclosed).toArray();
        products = new double[daysInRing() * level.length];
        logs = new double[products.length];
        for (Incident incident : incidents) {
            double age = (end - incident.at) / (double) EventTime.DAY;
            knowledgeWeights[incident.index] = StrictMath.pow(0.5, age / settings.knowledgeHalfLife());
        }
        int count = incidents.size();
        ownRate = new double[count];
        shoppingRate = new double[count];
        total = new double[count];
        double[] shares = new double[count];
        double shoppingLevel = SHOPPING_PRIOR;
        // At first, everything is background.
        Arrays.fill(shares, 1);
        learnBackground(shares);
        accounts.forEach(this::learnHabit);
        setIntensities(shoppingLevel);
        for (int pass = 0; pass < PASSES; pass++) {
            double shopping = 0;
            for (int i = 0; i < count; i++) {
                shares[i] = total[i] > 0 ? ownRate[i] / total[i] : 1;
                if (incidents.get(i).day >= horizonFrom && total[i] > 0) {
                    shopping += shoppingRate[i] / total[i];
                }
            }
            shoppingLevel =
                    (SHOPPING_PRIOR_WEIGHT + shopping) / (SHOPPING_PRIOR_WEIGHT / SHOPPING_PRIOR + shoppingExposure);
            learnBackground(shares);
            setIntensities(shoppingLevel);
            weighAll(shares, pass == 0);
        }
    }

    private void learnBackground(double[] shares) {
        Knowledge.Sample known = new Knowledge.Sample();
        for (int i = 0; i < shares.length; i++) {
            known.add(disclosed[i], shares[i] * knowledgeWeights[i]);
        }
        knowledge = Knowledge.learn(known, settings);
        background = Background.learn(incidents, shares, atRisk, settings);
        for (int i = 0; i < shares.length; i++) {
            Incident incident = incidents.get(i);
            double earlier = 0;
            for (Incident past = incident.before;
                    past != null && background.remembers(incident, past);
                    past = past.before) {
                earlier += shares[past.index];
            }
            ownRate[i] = background.rate(incident, background.frailty(incident, earlier));
        }
    }

    /**
     * Judges what callers knew by the habit of those who use this custodian's data. How much of an incident comes from
     * the custodian is taken as if it leaked at a middling level and nobody else did.
     */
    private void learnHabit(Account account) {
        if (!weighsKnowledge) {
            return;
        }
        Knowledge.Habit habit = knowledge.new Habit(account.custodian.role());
        for (int c = account.explanationsFrom; c < account.explanationsTo; c++) {
            int i = candidates.incident[c];
            double rate = HABIT_LEVEL * candidates.weight[c];
            candidates.ratio[c] = habit.ratio(disclosed[i]);
            habit.learn(disclosed[i], rate / (rate + ownRate[i]));
        }
    }

    private void setIntensities(double shoppingLevel) {
        for (int i = 0; i < total.length; i++) {
            shoppingRate[i] = shoppingLevel * candidates.shoppingWeight[i];
            total[i] = ownRate[i] + shoppingRate[i];
        }
        Arrays.fill(candidates.blame, 0);
        for (Account account : accounts) {
            if (account.carriesBlame()) {
                for (int c = account.candidatesFrom; c < account.explanationsTo; c++) {
                    candidates.blame[c] = intensity(account, c);
                    total[candidates.incident[c]] += candidates.blame[c];
                }
            }
        }
    }

    private double intensity(Account account, int candidate) {
        if (!account.carriesBlame()) {
            return 0;
        }
        double sum = 0;
        for (int i = 0; i < candidates.days(candidate); i++) {
            int day = (int) (candidates.day(candidate, i) - levelsFrom);
            sum += day < 0 ? 0 : account.level(day) * candidates.weight(candidate, i);
        }
        return sum * candidates.ratio[candidate];
    }

    /**
     * Weighs each custodian's evidence given all others, the strongest first: what it explains is explained when the
     * next one's turn comes.
     */
    private void weighAll(double[] shares, boolean nobodyBlamed) {
        double[] controls = control.factors(shares);
        for (int custodian = 0; custodian < controls.length; custodian++) {
            accounts.get(custodian).control = controls[custodian];
        }
        if (nobodyBlamed) {
            accounts.forEach(this::weigh);
            lookForWaves();
            for (Account account : accounts) {
                account.alone = account.statistic;
                if (account.explainsAnything()) {
                    implicated.add(account);
                }
            }
            implicated.sort(Comparator.comparingDouble((Account account) -> account.alone)
                    .reversed()
                    .thenComparing(account -> account.custodian));
        }
        for (Account account : implicated) {
            // Whoever is under no suspicion alone will be under none beside others.
            boolean mayBeBlamed = account.before.verdict() == Verdict.CONFIRMED
                    || account.carriesBlame()
                    || chain.everLeaked(account.state) >= settings.blameFloor() / UNSUSPECTED;
            if (mayBeBlamed || !nobodyBlamed) {
                blame(account, weigh(account));
            }
        }
    }

    /** Where a wave of calls on its buyers explains as much as a leak would, or nearly, a custodian is held against that. */
    private void lookForWaves() {
        if (!settings.has(Part.NEGATIVE_CONTROL)) {
            return;
        }
        List<NegativeControl.Wave> waves = control.waves();
        for (int custodian = 0; custodian < waves.size(); custodian++) {
            Account account = accounts.get(custodian);
            NegativeControl.Wave wave = waves.get(custodian);
            if (wave != null && wave.rivals(account.statistic)) {
                account.wave = wave.factors();
                weigh(account);
            }
        }
    }

    /** Runs the leak chain over the ring; gives the evidence it ran on. */
    private LeakChain.Day[] weigh(Account account) {
        int days = daysInRing();
        LeakChain.Day[] evidence = evidence(account, !explainsAway);
        LeakChain.State state = account.before.checkpoint();
        account.carriedOn = state;
        for (int day = 0; day < days; day++) {
            state = chain.forward(state, evidence[day]);
            if (ringFrom + day < nextRingFrom) {
                account.carriedOn = state;
            }
        }
        account.state = state;
        account.statistic = days == 0 ? 0 : state.statistic();
        return evidence;
    }

    /** Blames the custodian as far as it is thought to leak, and relieves the others of that. */
    private void blame(Account account, LeakChain.Day[] evidence) {
        boolean confirmed = account.before.verdict() == Verdict.CONFIRMED;
        boolean dismissed = account.before.verdict() == Verdict.DISMISSED;
        boolean blamed = evidence.length > 0
                && !dismissed
                && (confirmed || chain.everLeaked(account.state) >= settings.blameFloor());
        boolean wasBlamed = account.carriesBlame();
        account.smoothed = blamed
                ? chain.backward(chain.states(account.before.checkpoint(), evidence), evidence, confirmed)
                : null;
        if (!blamed && !wasBlamed) {
            return;
        }
        // Somebody dismissed is relieved of old blame too.
        account.setLevels(dismissed ? 0 : (int) (ringFrom - levelsFrom), blamed ? account.smoothed.level() : null);
        for (int c = account.explanationsFrom; c < account.explanationsTo; c++) {
            double now = intensity(account, c);
            total[candidates.incident[c]] += now - candidates.blame[c];
            candidates.blame[c] = now;
        }
    }

    private int daysInRing() {
        return (int) Math.max(0, today - ringFrom + 1);
    }

    /** The evidence of all that the custodian could explain. */
    LeakChain.Day[] evidence(Account account, boolean alone) {
        int[] explanations = IntStream.range(account.explanationsFrom, account.explanationsTo)
                .toArray();
        return evidence(account, explanations, alone);
    }

    /**
     * The increments I_k(d) = Σ ln(1 + θ_k s) − θ_k E(d) of each day of the ring.
     *
     * @param explanations the candidates of the custodian that are to count, by number
     * @param alone as if nobody else were to blame for anything
     */
    LeakChain.Day[] evidence(Account account, int[] explanations, boolean alone) {
        int days = daysInRing();
        int levels = level.length;
        boolean[] hasIncidents = new boolean[days];
        for (int c : explanations) {
            int day = (int) (likeliestDay(account, c) - ringFrom);
            double weight = candidates.weight[c] * candidates.ratio[c];
            if (day < 0 || weight == 0) {
                continue;
            }
            if (!hasIncidents[day]) {
                hasIncidents[day] = true;
                Arrays.fill(products, day * levels, (day + 1) * levels, 1);
                Arrays.fill(logs, day * levels, (day + 1) * levels, 0);
            }
            multiply(day * levels, weight / others(account, c, alone));
        }
        int ringInAccounts = (int) (ringFrom - accountsFrom);
        LeakChain.Day[] evidence = new LeakChain.Day[days];
        double[] increments = new double[levels];
        for (int day = 0; day < days; day++) {
            double exposure = account.exposure[ringInAccounts + day];
            if (!hasIncidents[day]) {
                evidence[day] = account.quietDay(day, exposure, chain);
                continue;
            }
            for (int k = 0; k < levels; k++) {
                int at = day * levels + k;
                increments[k] = logs[at] + StrictMath.log(products[at]) - level[k] * exposure;
            }
            evidence[day] = chain.day(increments);
        }
        return evidence;
    }

    /** Multiplies a day's products by 1 + θ_k s. */
    private void multiply(int from, double s) {
        int levels = level.length;
        for (int k = 0; k < levels; k++) {
            products[from + k] *= 1 + level[k] * s;
        }
        // The largest level has the largest product.
        if (products[from + levels - 1] > LARGE) {
            for (int at = from; at < from + levels; at++) {
                logs[at] += StrictMath.log(products[at]);
                products[at] = 1;
            }
        }
    }

    /** Intensity of everything but this custodian, its buyers being called as often as the negative control says. */
    double others(Account account, int candidate, boolean alone) {
        int i = candidates.incident[candidate];
        double anyway = ownRate[i] + shoppingRate[i];
        double control =
                account.wave == null ? account.control : account.controlOn(incidents.get(i).day - accountsFrom);
        if (alone) {
            return control * anyway;
        }
        return Math.max(total[i] - candidates.blame[candidate], anyway) + (control - 1) * anyway;
    }

    /**
     * The day of touch to whose leak state an incident counts: where the blame is largest or, without blame, the weight;
     * of equals the latest.
     */
    long likeliestDay(Account account, int candidate) {
        if (!account.carriesBlame()) {
            return candidates.heaviestDay[candidate];
        }
        int best = 0;
        double bestBlame = -1;
        double bestWeight = -1;
        for (int i = 0; i < candidates.days(candidate); i++) {
            int day = (int) (candidates.day(candidate, i) - levelsFrom);
            double weight = candidates.weight(candidate, i);
            double dayBlame = day < 0 ? 0 : account.level(day) * weight;
            if (dayBlame > bestBlame || dayBlame == bestBlame && weight >= bestWeight) {
                best = i;
                bestBlame = dayBlame;
                bestWeight = weight;
            }
        }
        return candidates.day(candidate, best);
    }

    /** The share of an incident that is blamed on one touch. */
    double share(int i, ContactTouch touch) {
        Incident incident = incidents.get(i);
        long lead = incident.at - touch.touchedAt();
        if (lead <= 0 || lead > settings.window()) {
            return 0;
        }
        int index = indexes.get(touch.custodian());
        int day = (int) (EventTime.dayOf(touch.touchedAt()) - levelsFrom);
        double level = day < 0 ? 0 : accounts.get(index).level(day);
        if (level == 0) {
            return 0;
        }
        double weight = leadTimes.density(touch.custodian().role(), lead)
                * Incidents.quoteFactor(
                        incident.quotedOrderId != null, touch.orderId().equals(incident.quotedOrderId), settings);
        int candidate = candidates.of(i, index);
        return candidate < 0 ? 0 : level * weight * candidates.ratio[candidate] / total[i];
    }
}
