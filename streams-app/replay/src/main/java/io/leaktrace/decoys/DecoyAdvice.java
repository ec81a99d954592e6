package io.leaktrace.decoys;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Suspect;
import io.leaktrace.localize.DecoyPlan;
import io.leaktrace.localize.DecoyPlanner;
import io.leaktrace.localize.DecoyRoutes;
import io.leaktrace.localize.ModelSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Collects what is known of custodians and of the orders that they touched, and says where to place the next decoys. Which
 * custodians come together is known from order events, or from the attribution records of contacts; these have the orders
 * of buyers who were called.
 */
public final class DecoyAdvice {

    /** The number of decoys that is planned for by default, and at most. */
    public static final int USUAL_BUDGET = 20;

    public static final int MOST_BUDGET = 1000;

    /**
     * An order counts with the record of a contact if less than this share of the contact is attributed to it. Otherwise
     * it is there because of a leak, and orders in which suspects come together would seem too frequent.
     */
    private static final double CAUSED_SHARE = 0.5;

    /** Time from an order to a contact after which all custodians of the order have most likely touched it. */
    private static final Duration COMPLETE = Duration.ofDays(3);

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new SimpleModule().addSerializer(Custodian.class, ToStringSerializer.instance));

    private final ModelSettings settings;
    private final Map<Custodian, Suspect> suspects = new TreeMap<>();
    private final Map<Custodian, Explanation> explanations = new TreeMap<>();
    private final DecoyRoutes routes = new DecoyRoutes();
    /** End of the latest epoch of which there is a suspect; null if there is none. */
    private Instant asOf;

    private double threshold = Double.NaN;
    private Instant thresholdOf = Instant.MIN;

    public DecoyAdvice(ModelSettings settings) {
        this.settings = settings;
    }

    /** Adds a finding; the latest of a custodian, and of all epochs, counts. Alerts are ignored. */
    public void add(Finding finding) {
        if (finding instanceof Suspect suspect) {
            suspects.put(suspect.custodian(), suspect);
            asOf = asOf == null || suspect.asOf().isAfter(asOf) ? suspect.asOf() : asOf;
        } else if (finding instanceof Explanation explanation) {
            explanations.put(explanation.custodian(), explanation);
            addThreshold(explanation.asOf(), explanation.threshold());
        } else if (finding instanceof Epoch epoch) {
            addThreshold(epoch.end(), epoch.threshold());
        } else if (finding instanceof Evidence evidence) {
            addRoutes(evidence);
        }
    }

    private void addThreshold(Instant at, double known) {
        if (!at.isBefore(thresholdOf)) {
            thresholdOf = at;
            threshold = known;
        }
    }

    private void addRoutes(Evidence evidence) {
        SortedMap<String, List<Evidence.Touch>> byOrder = new TreeMap<>();
        for (Evidence.Touch touch : evidence.touches()) {
            byOrder.computeIfAbsent(touch.orderId(), order -> new ArrayList<>()).add(touch);
        }
        byOrder.forEach((order, touches) -> {
            double share = touches.stream().mapToDouble(Evidence.Touch::share).sum();
            Instant first = touches.stream()
                    .map(Evidence.Touch::touchedAt)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            if (share < CAUSED_SHARE && !first.plus(COMPLETE).isAfter(evidence.contactedAt())) {
                Set<Custodian> custodians = new TreeSet<>();
                touches.forEach(touch -> custodians.add(touch.custodian()));
                routes.add(order, custodians);
            }
        });
    }

    /**
     * Adds an order event, if it is of the horizon before the latest suspect record that was added; its custodians can be
     * chosen again.
     */
    public void add(OrderEvent event) {
        boolean isRecent =
                asOf == null || !event.occurredAt().isBefore(asOf.minus(Duration.ofDays(settings.slidingDays())));
        if (isRecent) {
            routes.add(event.orderId(), event.custodians());
        }
    }

    /** Returns the end of the latest epoch of which there is a suspect; null if there is none. */
    public Instant asOf() {
        return asOf;
    }

    /** Whether no custodian is known. */
    public boolean isEmpty() {
        return suspects.isEmpty();
    }

    /**
     * Returns where to place decoys.
     *
     * @param budget number of decoys, from 1 to {@link #MOST_BUDGET}
     * @param chosen roles of which the custodian can be chosen for an order
     */
    public DecoyPlan plan(int budget, Collection<Role> chosen) {
        DecoyPlanner planner = new DecoyPlanner(suspects.values(), this::alone, threshold, settings);
        return planner.plan(routes, Set.copyOf(chosen), budget);
    }

    private Double alone(Custodian custodian) {
        Explanation explanation = explanations.get(custodian);
        boolean holds = explanation != null
                && explanation.holdsAt(suspects.get(custodian).asOf());
        return holds ? explanation.alone() : null;
    }

    /** Returns a plan as JSON, as the command prints it and the API sends it; custodians are texts. */
    public String json(DecoyPlan plan) {
        ObjectNode view = JSON.createObjectNode();
        view.put("asOf", asOf == null ? null : asOf.toString());
        view.setAll(JSON.<ObjectNode>valueToTree(plan));
        return view.toString();
    }
}
