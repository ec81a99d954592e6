package io.leaktrace.api;

import io.javalin.http.Context;
import io.leaktrace.decoys.DecoyAdvice;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.SuspectReason;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.topology.Findings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Routes for findings: suspects, evidence, alerts and epochs. */
final class FindingRoutes {

    private final Live live;
    private final CampaignRoutes campaigns;
    private final ModelSettings model;
    private volatile Ranking latest;
    private volatile Advice latestAdvice;

    FindingRoutes(Live live, CampaignRoutes campaigns, ModelSettings model) {
        this.live = live;
        this.campaigns = campaigns;
        this.model = model;
    }

    /** All suspects as of an epoch; cached, because reading many of them for each request is slow. */
    private record Ranking(Instant end, double threshold, boolean learning, List<Suspect> suspects) {}

    private Ranking ranking(Findings findings) {
        Optional<Epoch> epoch = findings.latestEpoch();
        Instant end = epoch.map(Epoch::end).orElse(null);
        Ranking known = latest;
        if (known != null && end != null && end.equals(known.end)) {
            return known;
        }
        Ranking read = new Ranking(
                end,
                epoch.map(Epoch::threshold).orElse(0.0),
                epoch.map(Epoch::learning).orElse(true),
                findings.suspects());
        latest = read;
        return read;
    }

    /** A suspect with its rank among all. */
    private record Ranked(int rank, Suspect suspect) {}

    void suspects(Findings findings, Context http) {
        Ranking ranking = ranking(findings);
        Set<String> roles = names(http, "role", Role.values());
        Set<String> statuses = names(http, "status", Suspect.Status.values());
        String text = http.queryParam("q") == null ? "" : http.queryParam("q").toLowerCase(Locale.ROOT);
        List<Ranked> rows = new ArrayList<>();
        for (int i = 0; i < ranking.suspects.size(); i++) {
            Suspect suspect = ranking.suspects.get(i);
            Custodian custodian = suspect.custodian();
            boolean matches = (roles.isEmpty()
                            || roles.contains(custodian.role().name()))
                    && (statuses.isEmpty() || statuses.contains(suspect.status().name()))
                    && custodian.toString().toLowerCase(Locale.ROOT).contains(text);
            if (matches) {
                rows.add(new Ranked(i + 1, suspect));
            }
        }
        Listing.send(http, "suspects", rows, row -> view(row, ranking));
    }

    private Map<String, Object> view(Ranked ranked, Ranking ranking) {
        LeakVerdict verdict = live.verdicts().get(ranked.suspect.custodian());
        return Views.suspect(
                ranked.suspect,
                ranked.rank,
                ranking.threshold,
                verdict == null ? null : Views.verdict(verdict, ranking.end));
    }

    void suspect(Findings findings, Context http) {
        Custodian custodian = custodian(http);
        Ranking ranking = ranking(findings);
        Ranked ranked = null;
        Map<Custodian, Double> rivals = new TreeMap<>();
        for (int i = 0; i < ranking.suspects.size(); i++) {
            Suspect suspect = ranking.suspects.get(i);
            if (suspect.custodian().equals(custodian)) {
                ranked = new Ranked(i + 1, suspect);
                if (suspect.sharedWith() != null) {
                    rivals.put(suspect.sharedWith(), suspect.shared());
                }
            } else if (custodian.equals(suspect.sharedWith())) {
                rivals.put(suspect.custodian(), suspect.shared());
            }
        }
        if (ranked == null) {
            throw new Problem(404, "there are no data on " + custodian);
        }
        LeakVerdict verdict = live.verdicts().get(custodian);
        boolean inForce = LeakVerdict.isInForce(verdict, ranking.end);
        Instant known = ranked.suspect.asOf();
        // An old explanation does not explain the current status.
        Explanation explanation = findings.explanationOf(custodian)
                .filter(found -> found.holdsAt(known))
                .orElse(null);
        List<SuspectReason> reasons = SuspectReason.of(
                ranked.suspect, explanation, inForce ? verdict : null, ranking.threshold, ranking.learning);
        Map<Instant, Double> thresholds = findings.epochs().stream()
                .collect(Collectors.toMap(Epoch::end, Epoch::threshold, (one, other) -> other));
        List<Map<String, Object>> history = findings.historyOfSuspect(custodian).stream()
                .map(moment -> Views.moment(moment, thresholds.getOrDefault(moment.asOf(), ranking.threshold)))
                .toList();
        Json.send(
                http,
                Views.object(
                        "suspect", view(ranked, ranking),
                        "history", history,
                        "alerts",
                                lives(findings, custodian::equals).stream()
                                        .map(Views::alert)
                                        .toList(),
                        "reasons", reasons.stream().map(Views::reason).toList(),
                        "explanation",
                                explanation == null
                                        ? null
                                        : Views.explanation(
                                                explanation, rivals, reasons, incident -> buyer(findings, incident))));
    }

    void evidenceAgainst(Findings findings, Context http) {
        Custodian custodian = custodian(http);
        List<Against> rows = findings.evidenceAgainst(custodian).stream()
                .map(evidence -> new Against(evidence, Views.evidenceAgainst(evidence, custodian)))
                .sorted(Comparator.comparingDouble(Against::share)
                        .reversed()
                        .thenComparing(row -> row.evidence.contactKey()))
                .toList();
        Listing.send(http, "evidence", rows, row -> {
            // Looked up only for the rows that are sent.
            row.view.put("buyer", buyer(findings, row.evidence));
            return row.view;
        });
    }

    private record Against(Evidence evidence, Map<String, Object> view) {
        double share() {
            return (double) view.get("share");
        }
    }

    void evidence(Findings findings, Context http) {
        Evidence evidence = known(findings, http);
        Map<String, String> orders = orders(evidence);
        Map<Custodian, Double> shares = new TreeMap<>();
        evidence.touches().forEach(touch -> shares.merge(touch.custodian(), touch.share(), Double::sum));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("contactId", evidence.contactId());
        view.put("buyer", buyer(findings, evidence));
        view.put("contactedAt", Views.time(evidence.contactedAt()));
        view.put("reportedAt", Views.time(evidence.reportedAt()));
        view.put("disclosed", Views.names(evidence.disclosed()));
        view.put("quotedOrder", orders.get(evidence.quotedOrderId()));
        view.put(
                "touches",
                evidence.touches().stream()
                        .map(touch -> Views.object(
                                "custodian", touch.custodian().toString(),
                                "order", orders.get(touch.orderId()),
                                "touchedAt", Views.time(touch.touchedAt()),
                                "leadMillis",
                                        evidence.contactedAt().toEpochMilli()
                                                - touch.touchedAt().toEpochMilli(),
                                "share", touch.share(),
                                "saw", touch.saw() == null ? null : Views.names(touch.saw()),
                                "markAgrees", touch.markAgrees(),
                                "accessedAt", touch.accessedAt(),
                                "dialledOrder", touch.dialledOrder()))
                        .toList());
        view.put("backgroundShare", evidence.backgroundShare());
        view.put("settled", evidence.settled());
        view.put("asOf", Views.time(evidence.asOf()));
        view.put("source", Views.source(evidence));
        view.put("decoy", evidence.decoy());
        view.put("caller", evidence.traces().caller());
        view.put("payee", evidence.traces().payee());
        view.put("link", evidence.traces().link());
        view.put("loss", Views.loss(evidence.traces().loss()));
        view.put("inCampaign", campaigns.isInCampaign(findings, evidence));
        view.put(
                "custodians",
                shares.entrySet().stream()
                        .sorted(Map.Entry.<Custodian, Double>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .map(share -> Views.object(
                                "custodian", share.getKey().toString(),
                                "share", share.getValue(),
                                "status",
                                        findings.suspectOf(share.getKey())
                                                .map(suspect -> suspect.status().name())
                                                .orElse(null)))
                        .toList());
        view.put(
                "otherContacts",
                findings.evidenceOfBuyer(evidence.buyerId()).stream()
                        .filter(other -> !other.contactKey().equals(evidence.contactKey()))
                        .sorted(Comparator.comparing(Evidence::contactedAt).thenComparing(Evidence::contactId))
                        .map(other -> Views.object(
                                "contactId", other.contactId(),
                                "buyer", buyer(findings, other),
                                "contactedAt", Views.time(other.contactedAt())))
                        .toList());
        Json.send(http, view);
    }

    /** The ids behind the short names of a contact's evidence. */
    static Map<String, Object> revealed(Evidence evidence) {
        Map<String, String> byBrief = new TreeMap<>();
        orders(evidence).forEach((order, brief) -> byBrief.put(brief, order));
        return Views.object(
                "buyerId", evidence.buyerId(), "quotedOrderId", evidence.quotedOrderId(), "orders", byBrief);
    }

    /** The evidence of the contact that a request names by its id and, if the id is ambiguous, by its buyer. */
    static Evidence known(Findings findings, Context http) {
        return buyersOf(findings, http.pathParam("contactId")).evidence(http.queryParam("buyer"));
    }

    private static ContactBuyers buyersOf(Findings findings, String contactId) {
        return new ContactBuyers(contactId, findings.evidenceOf(contactId));
    }

    /**
     * The short name of the buyer of an incident's contact, which the explanation does not contain; null if unknown.
     */
    private static String buyer(Findings findings, Explanation.Incident incident) {
        return buyersOf(findings, incident.contactId())
                .shownOf(evidence -> evidence.contactedAt().equals(incident.contactedAt()))
                .orElse(null);
    }

    /** The short name of the buyer, for links to the evidence. */
    static String buyer(Findings findings, Evidence evidence) {
        return buyersOf(findings, evidence.contactId()).shown(evidence.buyerId());
    }

    private static Map<String, String> orders(Evidence evidence) {
        TreeSet<String> orders = new TreeSet<>();
        evidence.touches().forEach(touch -> orders.add(touch.orderId()));
        if (evidence.quotedOrderId() != null) {
            orders.add(evidence.quotedOrderId());
        }
        return Pseudonym.brief(orders);
    }

    void alerts(Findings findings, Context http) {
        Set<String> roles = names(http, "role", Role.values());
        String state = http.queryParam("state");
        if (state != null && !Set.of("open", "resolved", "all").contains(state)) {
            throw new Problem(400, "state must be open, resolved or all, not '" + state + "'");
        }
        List<List<Alert>> found = new ArrayList<>(lives(
                findings,
                custodian -> roles.isEmpty() || roles.contains(custodian.role().name())));
        found.removeIf(steps -> state != null && !state.equals("all") && state.equals("open") != isOpen(steps));
        found.sort(Comparator.comparing((List<Alert> steps) -> last(steps).at())
                .reversed()
                .thenComparing(steps -> steps.get(0).alertId()));
        if ("ocsf".equals(http.queryParam("format"))) {
            List<Map<String, Object>> events = new ArrayList<>();
            found.forEach(steps -> steps.forEach(
                    step -> events.add(Ocsf.event(step, steps.get(0).at()))));
            Listing.download(http, "alerts.ocsf.ndjson", "application/x-ndjson", Json.lines(events));
            return;
        }
        Listing.send(http, "alerts", found, Views::alert);
    }

    /** The alerts on the custodians that match, each as the list of its steps in event-time order. */
    static List<List<Alert>> lives(Findings findings, Predicate<Custodian> wanted) {
        Map<String, List<Alert>> lives = new TreeMap<>();
        for (Alert step : findings.alerts()) {
            if (wanted.test(step.custodian())) {
                lives.computeIfAbsent(step.alertId(), id -> new ArrayList<>()).add(step);
            }
        }
        return List.copyOf(lives.values());
    }

    static boolean isOpen(List<Alert> steps) {
        return last(steps).change() != Alert.Change.RESOLVED;
    }

    private static Alert last(List<Alert> steps) {
        return steps.get(steps.size() - 1);
    }

    /** What is known as of an epoch, for proposals of decoys; cached, because all attribution records are read. */
    private record Advice(Instant end, DecoyAdvice known) {}

    private DecoyAdvice advice(Findings findings) {
        Ranking ranking = ranking(findings);
        Advice read = latestAdvice;
        if (read == null || !Objects.equals(read.end, ranking.end)) {
            DecoyAdvice advice = new DecoyAdvice(model);
            findings.latestEpoch().ifPresent(advice::add);
            for (Suspect suspect : ranking.suspects) {
                advice.add(suspect);
                boolean isContested = suspect.status() != Suspect.Status.CLEAR || suspect.sharedWith() != null;
                if (isContested) {
                    findings.explanationOf(suspect.custodian()).ifPresent(advice::add);
                }
                if (suspect.sharedWith() != null) {
                    findings.explanationOf(suspect.sharedWith()).ifPresent(advice::add);
                }
            }
            findings.forEachEvidence(advice::add);
            read = new Advice(ranking.end, advice);
            latestAdvice = read;
        }
        return read.known;
    }

    void decoys(Findings findings, Context http) {
        int budget = Listing.number(http, "budget", DecoyAdvice.USUAL_BUDGET, DecoyAdvice.MOST_BUDGET);
        Set<String> chosen = names(http, "choose", Role.values());
        List<Role> roles = chosen.isEmpty()
                ? List.of(Role.SELLER)
                : chosen.stream().map(Role::valueOf).toList();
        DecoyAdvice advice = advice(findings);
        http.contentType("application/json").result(advice.json(advice.plan(budget, roles)));
    }

    void epochs(Findings findings, Context http) {
        List<Epoch> epochs = new ArrayList<>(findings.epochs());
        Collections.reverse(epochs);
        Listing.send(http, "epochs", epochs, Views::epoch);
    }

    private static Custodian custodian(Context http) {
        return custodian(http.pathParam("custodian"));
    }

    /**
     * The custodian written as ROLE:id.
     *
     * @throws Problem if the text is not a custodian (400)
     */
    static Custodian custodian(String written) {
        try {
            return Custodian.parse(written);
        } catch (IllegalArgumentException e) {
            throw new Problem(400, e.getMessage());
        }
    }

    /** Names in a parameter, separated by commas; empty if the parameter is missing. */
    private static Set<String> names(Context http, String parameter, Enum<?>[] known) {
        String given = http.queryParam(parameter);
        if (given == null || given.isBlank()) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>(List.of(given.split(",")));
        Set<String> there = new TreeSet<>();
        for (Enum<?> one : known) {
            there.add(one.name());
        }
        for (String name : names) {
            if (!there.contains(name)) {
                throw new Problem(400, "there is no " + parameter + " '" + name + "'; there are " + there);
            }
        }
        return names;
    }
}
