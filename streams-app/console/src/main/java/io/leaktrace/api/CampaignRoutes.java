package io.leaktrace.api;

import io.javalin.http.Context;
import io.leaktrace.domain.Campaign;
import io.leaktrace.domain.Campaign.Kind;
import io.leaktrace.domain.Campaigns;
import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.topology.Findings;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Routes for campaigns. A campaign is named by any of its contacts, so that its address stays valid as it grows. */
final class CampaignRoutes {

    /** Number of custodians that the view of a campaign lists, and of traces. */
    private static final int LISTED_CUSTODIANS = 12;

    private static final int LISTED_TRACES = 50;

    /** The campaigns as of an epoch. */
    private record Known(Instant end, List<Campaign> campaigns, Map<ContactKey, Campaign> byContact) {}

    /** By whether callers join; kept for an epoch, because reading all contacts for each request is slow. */
    private final Map<Boolean, Known> latest = new ConcurrentHashMap<>();

    private final Duration callerGap;

    /** @param callerGap as for {@link Campaigns#of} */
    CampaignRoutes(Duration callerGap) {
        this.callerGap = callerGap;
    }

    private Known known(Findings findings, boolean callersJoin) {
        Instant end = findings.latestEpoch().map(Epoch::end).orElse(Instant.EPOCH);
        return latest.compute(
                callersJoin,
                (join, before) -> before != null && before.end.equals(end) ? before : read(findings, join, end));
    }

    private Known read(Findings findings, boolean callersJoin, Instant end) {
        List<Campaign> campaigns = Campaigns.of(findings.tracedEvidence(), callersJoin ? callerGap : Duration.ZERO);
        Map<ContactKey, Campaign> byContact = new HashMap<>();
        campaigns.forEach(
                campaign -> campaign.contacts().forEach(contact -> byContact.put(contact.contactKey(), campaign)));
        return new Known(end, campaigns, byContact);
    }

    void campaigns(Findings findings, Context http) {
        String text = http.queryParam("q") == null ? "" : http.queryParam("q").toLowerCase(Locale.ROOT);
        List<Campaign> found = known(findings, callersJoin(http)).campaigns.stream()
                .filter(campaign -> has(campaign, text))
                .toList();
        Listing.send(http, "campaigns", found, campaign -> view(findings, campaign));
    }

    private static boolean has(Campaign campaign, String text) {
        return text.isEmpty()
                || campaign.traces().stream()
                        .anyMatch(
                                trace -> trace.value().toLowerCase(Locale.ROOT).contains(text));
    }

    void campaign(Findings findings, Context http) {
        Campaign campaign = current(findings, http);
        Map<String, Object> view = view(findings, campaign);
        view.put(
                "custodians",
                campaign.custodians().stream()
                        .limit(LISTED_CUSTODIANS)
                        .map(blame -> Views.object(
                                "custodian", blame.custodian().toString(),
                                "share", blame.share(),
                                "buyers", blame.buyers(),
                                "status", status(findings, blame.custodian())))
                        .toList());
        view.put(
                "traces",
                campaign.traces().stream()
                        .limit(LISTED_TRACES)
                        .map(trace -> Views.object(
                                "kind", trace.kind().name(),
                                "value", trace.value(),
                                "contacts", trace.contacts(),
                                "buyers", trace.buyers(),
                                "from", Views.time(trace.from()),
                                "to", Views.time(trace.to())))
                        .toList());
        Json.send(http, view);
    }

    void contacts(Findings findings, Context http) {
        Listing.send(http, "campaign", current(findings, http).contacts(), contact -> {
            Optional<Evidence.Touch> most = contact.touches().stream()
                    .filter(touch -> touch.share() > 0)
                    .max(Comparator.comparingDouble(Evidence.Touch::share)
                            .thenComparing(Evidence.Touch::custodian, Comparator.reverseOrder()));
            return Views.object(
                    "contactId", contact.contactId(),
                    "buyer", FindingRoutes.buyer(findings, contact),
                    "contactedAt", Views.time(contact.contactedAt()),
                    "reportedAt", Views.time(contact.reportedAt()),
                    "caller", contact.traces().caller(),
                    "payee", contact.traces().payee(),
                    "link", contact.traces().link(),
                    "loss", Views.loss(contact.traces().loss()),
                    "custodian", most.map(touch -> touch.custodian().toString()).orElse(null),
                    "share", most.map(Evidence.Touch::share).orElse(0.0),
                    "backgroundShare", contact.backgroundShare());
        });
    }

    /** Returns whether a contact belongs to a campaign of several buyers. */
    boolean isInCampaign(Findings findings, Evidence contact) {
        return contact.traces().any() && known(findings, true).byContact.containsKey(contact.contactKey());
    }

    /**
     * Returns the campaign of the contact in the path, from the attribution records of now: a buyer may have been erased
     * since the campaigns were read.
     */
    private Campaign current(Findings findings, Context http) {
        Evidence named = FindingRoutes.known(findings, http);
        Campaign known = known(findings, callersJoin(http)).byContact.get(named.contactKey());
        if (known == null) {
            throw new Problem(
                    404,
                    "the contact '" + named.contactId() + "' shares no caller, payee or link with another buyer's");
        }
        Map<Custodian, Custodian> custodians = new HashMap<>();
        return Campaign.of(known.contacts().stream()
                .map(contact -> findings.evidenceOf(contact.contactKey()))
                .flatMap(Optional::stream)
                .map(contact -> contact.withoutOrders(custodians))
                .toList());
    }

    private static boolean callersJoin(Context http) {
        String given = http.queryParam("callers");
        if (given != null && !given.equals("true") && !given.equals("false")) {
            throw new Problem(400, "callers must be true or false, not '" + given + "'");
        }
        return !"false".equals(given);
    }

    private static Map<String, Object> view(Findings findings, Campaign campaign) {
        Campaign.Blame most = campaign.explainedBy();
        return Views.object(
                "contactId", campaign.first().contactId(),
                "buyer", FindingRoutes.buyer(findings, campaign.first()),
                "firstContactedAt", Views.time(campaign.first().contactedAt()),
                "lastContactedAt", Views.time(campaign.last().contactedAt()),
                "contacts", campaign.contacts().size(),
                "buyers", campaign.buyers(),
                "callers", campaign.count(Kind.CALLER),
                "payees", campaign.count(Kind.PAYEE),
                "links", campaign.count(Kind.LINK),
                "custodian", most == null ? null : most.custodian().toString(),
                "share", most == null ? 0.0 : most.share(),
                "buyersTouched", most == null ? 0 : most.buyers(),
                "status", most == null ? null : status(findings, most.custodian()),
                "backgroundShare", campaign.backgroundShare(),
                "losses", campaign.losses().stream().map(Views::loss).toList());
    }

    private static String status(Findings findings, Custodian custodian) {
        return findings.suspectOf(custodian)
                .map(suspect -> suspect.status().name())
                .orElse(null);
    }
}
