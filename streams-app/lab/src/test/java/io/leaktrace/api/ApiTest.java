package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.leaktrace.check.PoorData;
import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Audit;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.topics.TopicWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The API over the demonstration's market, on a real broker: one instance holds the findings, a second one passes
 * questions on to it. Every answer is held against {@code openapi.json}.
 */
@ExtendWith(WatchedMarket.Sharing.class)
class ApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DESK = "PLATFORM:desk-7";
    private static final String HUB = "LOGISTICS_NODE:hub-5";

    private static WatchedMarket market;
    private static JsonNode description;
    private static Map<String, Schema> schemas;

    @BeforeAll
    static void start(WatchedMarket shared) throws Exception {
        market = shared;
        description = JSON.readTree(get("/openapi.json").body());
        schemas = schemas();
    }

    // Questions.

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(market.api(), path);
    }

    private static HttpResponse<String> get(ApiServer server, String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.address() + path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body, String type)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(market.api().address() + path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The answer to a question, held against the description. */
    private static JsonNode described(String template, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(path);
        assertEquals(200, answer.statusCode(), answer.body());
        fits(template, "get", "200", answer.body());
        return JSON.readTree(answer.body());
    }

    private static void fits(String template, String method, String status, String body) {
        JsonNode content = description
                .path("paths")
                .path(template)
                .path(method)
                .path("responses")
                .path(status)
                .path("content");
        JsonNode type = content.has("application/json")
                ? content.path("application/json")
                : content.path("application/problem+json");
        String ref = type.path("schema").path("$ref").asText();
        assertFalse(ref.isEmpty(), template + " " + status + " is not described");
        List<Error> errors =
                schemas.get(ref.substring(ref.lastIndexOf('/') + 1)).validate(body, InputFormat.JSON);
        assertEquals(List.of(), errors, template);
    }

    private static Map<String, Schema> schemas() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        Map<String, Schema> known = new HashMap<>();
        description.path("components").path("schemas").fieldNames().forEachRemaining(name -> {
            String text = "{\"$ref\":\"#/components/schemas/" + name + "\",\"components\":"
                    + description.path("components") + "}";
            known.put(name, registry.getSchema(text, InputFormat.JSON));
        });
        return known;
    }

    // What the API says.

    @Test
    void theRankingNamesThePlantedLeakersFirst() throws Exception {
        JsonNode page = described("/api/suspects", "/api/suspects?size=3");
        assertEquals(List.of(DESK, HUB, "SELLER:s-193"), texts(page.path("items"), "custodian"));
        assertEquals(3, page.path("items").size());
        assertTrue(page.path("total").asInt() > 400, page.toString());
        assertEquals("SUSPECT", page.path("items").get(0).path("status").asText());
    }

    @Test
    void filtersKeepTheRankAmongAll() throws Exception {
        JsonNode sellers = described("/api/suspects", "/api/suspects?role=SELLER&status=SUSPECT&q=S-19");
        assertEquals(List.of("SELLER:s-193"), texts(sellers.path("items"), "custodian"));
        assertEquals(3, sellers.path("items").get(0).path("rank").asInt());
        HttpResponse<String> wrong = get("/api/suspects?role=SHOP");
        assertEquals(400, wrong.statusCode());
        fits("/api/suspects", "get", "400", wrong.body());
        assertTrue(wrong.body().contains("there is no role 'SHOP'"), wrong.body());
        assertEquals(400, get("/api/suspects?size=0").statusCode());
    }

    @Test
    void aSuspectIsExplained() throws Exception {
        JsonNode page = described("/api/suspects/{custodian}", "/api/suspects/" + encoded(DESK));
        JsonNode explanation = page.path("explanation");
        assertEquals(28, explanation.path("days").size());
        assertEquals(10, explanation.path("incidents").size());
        double attributed = page.path("suspect").path("attributed").asDouble();
        double byDay = 0;
        for (JsonNode day : explanation.path("days")) {
            byDay += day.path("attributed").asDouble();
        }
        // Some of what is blamed on it in the horizon followed touches of before.
        assertTrue(byDay <= attributed + 0.01 && byDay > attributed / 2, byDay + " of " + attributed);
        assertTrue(texts(page.path("reasons"), "code").contains("ABOVE_THRESHOLD"), page.toString());
        assertTrue(texts(page.path("reasons"), "code").contains("WOULD_CLEAR"), page.toString());
        assertEquals(
                "RAISED",
                page.path("alerts").get(0).path("steps").get(0).path("change").asText());
        assertTrue(page.path("history").size() > 20, page.path("history").toString());
        assertEquals(
                explanation.path("given").asDouble(),
                page.path("suspect").path("evidence").asDouble(),
                1e-6);
    }

    @Test
    void anInnocentIsExplainedToo() throws Exception {
        JsonNode ranking = described("/api/suspects", "/api/suspects?status=CLEAR&size=5");
        for (JsonNode clear : ranking.path("items")) {
            JsonNode page = described(
                    "/api/suspects/{custodian}",
                    "/api/suspects/" + encoded(clear.path("custodian").asText()));
            assertTrue(texts(page.path("reasons"), "code").contains("BELOW_THRESHOLD"), page.toString());
        }
        assertEquals(404, get("/api/suspects/SELLER:nobody").statusCode());
        String odd = get("/api/suspects/" + encoded("SELLER:no/body in.it")).body();
        assertTrue(odd.contains("there are no data on SELLER:no/body in.it"), odd);
        assertEquals(400, get("/api/suspects/nobody").statusCode());
    }

    @Test
    void decoysAreProposedForThoseUnderSuspicion() throws Exception {
        JsonNode plan = described("/api/decoys", "/api/decoys?budget=7&choose=SELLER,PLATFORM");
        assertEquals(7, plan.path("budget").asInt());
        assertTrue(texts(plan.path("examined"), "custodian").contains(HUB), plan.toString());
        for (JsonNode proposal : plan.path("proposals")) {
            assertTrue(proposal.path("orders").asInt() <= 7, plan.toString());
        }
        HttpResponse<String> wrong = get("/api/decoys?budget=0");
        assertEquals(400, wrong.statusCode());
        fits("/api/decoys", "get", "400", wrong.body());
        assertTrue(wrong.body().contains("budget must be a number from 1 to 1000, not '0'"), wrong.body());
        assertTrue(get("/api/decoys?choose=SHOP").body().contains("there is no choose 'SHOP'"));
        assertEquals(
                plan,
                JSON.readTree(get(market.otherApi(), "/api/decoys?budget=7&choose=SELLER,PLATFORM")
                        .body()));
    }

    @Test
    void evidenceShowsBuyersShort() throws Exception {
        JsonNode list = described(
                "/api/suspects/{custodian}/evidence", "/api/suspects/" + encoded(DESK) + "/evidence?size=500");
        assertTrue(list.path("total").asInt() > 50, list.path("total").toString());
        JsonNode call = described("/api/evidence/{contactId}", "/api/evidence/zhou-call-1");
        assertEquals("zh…", call.path("buyer").asText());
        assertEquals(DESK, call.path("custodians").get(0).path("custodian").asText());
        double shares = call.path("backgroundShare").asDouble();
        for (JsonNode custodian : call.path("custodians")) {
            shares += custodian.path("share").asDouble();
        }
        assertEquals(1, shares, 1e-9);
        assertFalse(get("/api/evidence/zhou-call-1").body().contains("\"zhou\""));
        assertTrue(texts(call.path("otherContacts"), "contactId").contains("zhou-call-2"), call.toString());
        assertEquals(404, get("/api/evidence/nothing").statusCode());
        String buyer = "?buyer=" + encoded(call.path("buyer").asText());
        assertEquals(call, described("/api/evidence/{contactId}", "/api/evidence/zhou-call-1" + buyer));
        assertEquals(404, get("/api/evidence/zhou-call-1?buyer=li").statusCode());
        assertEquals(
                List.of(call.path("buyer")),
                call.path("otherContacts").findValues("buyer").stream()
                        .distinct()
                        .toList());
    }

    @Test
    void contactsThatShareAPayeeAreACampaign() throws Exception {
        JsonNode campaigns = described("/api/campaigns", "/api/campaigns?size=500");
        JsonNode ofDesk = null;
        for (JsonNode campaign : campaigns.path("items")) {
            assertTrue(campaign.path("buyers").asInt() > 1, campaign.toString());
            if (ofDesk == null && campaign.path("custodian").asText().equals(DESK)) {
                ofDesk = campaign;
            }
        }
        assertNotNull(ofDesk, campaigns.toString());
        String id = encoded(ofDesk.path("contactId").asText());
        String buyer = "?buyer=" + encoded(ofDesk.path("buyer").asText());
        JsonNode campaign = described("/api/campaigns/{contactId}", "/api/campaigns/" + id + buyer);
        double shares = campaign.path("backgroundShare").asDouble();
        for (JsonNode custodian : campaign.path("custodians")) {
            shares += custodian.path("share").asDouble();
        }
        // Without those that explain next to nothing.
        assertEquals(1, shares, 0.01);
        assertEquals(ofDesk.path("share"), campaign.path("custodians").get(0).path("share"));
        JsonNode most = campaign.path("traces").get(0);
        assertTrue(most.path("buyers").asInt() > 1, most.toString());

        JsonNode contacts = described(
                "/api/campaigns/{contactId}/contacts", "/api/campaigns/" + id + "/contacts" + buyer + "&size=500");
        assertEquals(campaign.path("contacts"), contacts.path("total"));
        // A campaign is found by each of its contacts, and by what they share.
        JsonNode last = contacts.path("items").get(contacts.path("items").size() - 1);
        assertEquals(
                campaign,
                described(
                        "/api/campaigns/{contactId}",
                        "/api/campaigns/" + encoded(last.path("contactId").asText())));
        JsonNode found = described(
                "/api/campaigns",
                "/api/campaigns?q=" + encoded(most.path("value").asText()));
        assertTrue(texts(found.path("items"), "contactId")
                .contains(ofDesk.path("contactId").asText()));
        JsonNode evidence = described(
                "/api/evidence/{contactId}",
                "/api/evidence/" + encoded(last.path("contactId").asText()));
        assertTrue(evidence.path("inCampaign").asBoolean(), evidence.toString());
        assertEquals(last.path("caller"), evidence.path("caller"));

        // Payees and links alone join fewer contacts.
        JsonNode without = described("/api/campaigns", "/api/campaigns?callers=false");
        assertTrue(without.path("total").asInt() > 0);
        for (JsonNode joined : without.path("items")) {
            assertTrue(joined.path("payees").asInt() + joined.path("links").asInt() > 0, joined.toString());
        }
        assertTrue(without.path("items").get(0).path("buyers").asInt()
                <= campaigns.path("items").get(0).path("buyers").asInt());
        assertEquals(400, get("/api/campaigns?callers=maybe").statusCode());
        assertEquals(404, get("/api/campaigns/nothing").statusCode());
        HttpResponse<String> alone = get("/api/campaigns/zhou-call-1?callers=false");
        assertEquals(404, alone.statusCode());
        assertTrue(alone.body().contains("shares no caller, payee or link"), alone.body());
    }

    @Test
    void whoLooksBehindAPseudonymIsPutOnRecord() throws Exception {
        String path = "/api/evidence/zhou-call-1/reveal";
        assertEquals(415, post(path, "{\"reason\":\"x\"}", "text/plain").statusCode());
        assertEquals(400, post(path, "{}", "application/json").statusCode());
        HttpResponse<String> shown = post(path, "{\"reason\":\"the police ask\"}", "application/json");
        fits("/api/evidence/{contactId}/reveal", "post", "200", shown.body());
        assertEquals("zhou", JSON.readTree(shown.body()).path("buyerId").asText());
        List<Audit> audits = new ArrayList<>();
        try (TopicReader reader =
                new TopicReader(market.settings(), market.settings().topics().leakAudit())) {
            reader.readToEnd(record -> audits.add((Audit) record));
        }
        assertEquals(1, audits.size());
        assertEquals("zhou-call-1", audits.get(0).contactId());
        assertEquals("the police ask", audits.get(0).reason());
    }

    @Test
    void alertsHaveALife() throws Exception {
        JsonNode open = described("/api/alerts", "/api/alerts?state=open");
        assertEquals(3, open.path("total").asInt(), open.toString());
        HttpResponse<String> ocsf = get("/api/alerts?format=ocsf");
        for (String line : ocsf.body().split("\n")) {
            JsonNode event = JSON.readTree(line);
            assertEquals(2004, event.path("class_uid").asInt());
            assertEquals(
                    200400 + event.path("activity_id").asInt(),
                    event.path("type_uid").asInt());
            assertEquals(
                    3,
                    event.path("finding_info").path("analytic").path("type_id").asInt());
            assertFalse(event.path("finding_info").path("uid").asText().isEmpty());
        }
    }

    @Test
    void recordsOfAlertsAreCloudEvents() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicReader reader =
                new TopicReader(market.settings(), market.settings().topics().leakAlerts())) {
            reader.readRecordsToEnd(records::add);
        }
        assertFalse(records.isEmpty());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Map<String, String> headers = new HashMap<>();
            for (Header header : record.headers()) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
            Alert alert = (Alert) market.settings().wire().records().deserialize(record.topic(), record.value());
            assertEquals("1.0", headers.get("ce_specversion"));
            assertEquals(alert.custodian().toString(), headers.get("ce_subject"));
            assertEquals(alert.at().toString(), headers.get("ce_time"));
            assertEquals(alert.alertId() + "/" + alert.change(), headers.get("ce_id"));
            assertNotNull(headers.get("ce_source"));
            assertNotNull(headers.get("ce_type"));
        }
    }

    @Test
    void epochsCountTheirInput() throws Exception {
        JsonNode epochs = described("/api/epochs", "/api/epochs?size=500");
        assertTrue(epochs.path("total").asInt() > 150, epochs.path("total").toString());
        String newest = epochs.path("items").get(0).path("end").asText();
        assertEquals(
                newest, described("/api/session", "/api/session").path("now").asText());
    }

    @Test
    void listsGoOutAsCsvAndAsJsonLines() throws Exception {
        for (String list : List.of("suspects", "campaigns", "alerts", "epochs", "verdicts")) {
            HttpResponse<String> csv = get("/api/" + list + "?format=csv");
            assertEquals(200, csv.statusCode());
            assertTrue(
                    csv.headers().firstValue("Content-Disposition").orElse("").contains(list + ".csv"));
        }
        String csv = get("/api/suspects?format=csv").body();
        assertTrue(csv.startsWith("rank,custodian,role,id,status,score,evidence"), csv.substring(0, 80));
        int total = described("/api/suspects", "/api/suspects").path("total").asInt();
        assertEquals(total + 1, csv.split("\n").length);
        String lines = get("/api/suspects?format=ndjson").body();
        assertEquals(total, lines.split("\n").length);
        assertEquals(DESK, JSON.readTree(lines.split("\n")[0]).path("custodian").asText());
        assertEquals(400, get("/api/suspects?format=xml").statusCode());
    }

    /** Values that no reader of verdicts can make anything of. */
    private static void poisonVerdicts() throws InterruptedException {
        String topic = market.settings().topics().leakVerdicts();
        byte[] key = "SELLER:zzz".getBytes(StandardCharsets.UTF_8);
        byte[] unknownSchema = {0, 0, 1, 2, 3, 4, 5};
        TopicWriter.send(
                market.settings(),
                List.of(
                        new ProducerRecord<>(topic, key, "hello".getBytes(StandardCharsets.UTF_8)),
                        new ProducerRecord<>(topic, key, unknownSchema)));
    }

    @Test
    void aVerdictIsToldToBrowsers() throws Exception {
        poisonVerdicts();
        HttpRequest request = HttpRequest.newBuilder(URI.create(market.api().address() + "/api/events"))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<InputStream> events = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
        try (BufferedReader told = new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))) {
            String body = "{\"custodian\":\"SELLER:s-15\",\"verdict\":\"DISMISSED\",\"note\":\"audited\","
                    + "\"expiresAt\":\"2014-12-01T00:00:00Z\"}";
            HttpResponse<String> decided = post("/api/verdicts", body, "application/json");
            assertEquals(201, decided.statusCode(), decided.body());
            fits("/api/verdicts", "post", "201", decided.body());
            String line = told.readLine();
            while (!line.equals("event: verdict")) {
                line = told.readLine();
            }
            assertTrue(told.readLine().contains("SELLER:s-15"));
        }
        WatchedMarket.await(
                () -> described("/api/verdicts", "/api/verdicts").path("total").asInt() == 1);
        WatchedMarket.await(() ->
                get("/metrics").body().contains("leaktrace_unreadable_records_total{topic=\"leak-verdicts\"} 2.0"));
        // Both instances know it, and a ranking shows it.
        WatchedMarket.await(() -> get(market.otherApi(), "/api/verdicts").body().contains("SELLER:s-15"));
        JsonNode page = described("/api/suspects/{custodian}", "/api/suspects/SELLER:s-15");
        assertEquals(
                "audited", page.path("suspect").path("verdict").path("note").asText());
        assertTrue(texts(page.path("reasons"), "code").contains("DISMISSED"), page.toString());
        assertEquals(
                400,
                post(
                                "/api/verdicts",
                                "{\"custodian\":\"SELLER:s-1\",\"verdict\":\"CONFIRMED\",\"note\":\"x\","
                                        + "\"expiresAt\":\"2014-12-01T00:00:00Z\"}",
                                "application/json")
                        .statusCode());
        assertEquals(
                400,
                post(
                                "/api/verdicts",
                                "{\"custodian\":\"SELLER:s-1\",\"verdict\":\"GUILTY\",\"note\":\"x\"}",
                                "application/json")
                        .statusCode());
        String verdict = "{\"custodian\":\"SELLER:s-1\",\"verdict\":\"DISMISSED\",\"note\":\"x\"}";
        assertEquals(
                415,
                post("/api/verdicts", verdict, "application/json; charset=x").statusCode());
        assertEquals(
                400, post("/api/verdicts", verdict + " {}", "application/json").statusCode());
        String twice = verdict.replace("}", ",\"custodian\":\"SELLER:s-2\"}");
        assertEquals(400, post("/api/verdicts", twice, "application/json").statusCode());
        // In UTF-8 it would be SELLER:s?, who may be somebody else.
        assertEquals(
                400,
                post(
                                "/api/verdicts",
                                "{\"custodian\":\"SELLER:s\\uD800\",\"verdict\":\"DISMISSED\",\"note\":\"x\"}",
                                "application/json")
                        .statusCode());
    }

    @Test
    void cellsThatATableWouldTakeForFormulasAreText() {
        for (String formula : List.of("=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", "\u0000=1")) {
            assertEquals("'" + formula, Listing.cell(formula), formula);
        }
        assertEquals("s-1=2", Listing.cell("s-1=2"));
        assertEquals("-1.5", Listing.cell(-1.5));
    }

    @Test
    void anInstanceWithoutTheFindingsAsksTheOneThatHasThem() throws Exception {
        String path = "/api/suspects?size=5";
        assertEquals(get(path).body(), get(market.otherApi(), path).body());
        boolean oneOwner =
                market.pipeline().ownsFindings() != market.otherPipeline().ownsFindings();
        assertTrue(oneOwner, "one of the two holds the findings");
        assertEquals(
                get("/api/suspects?format=csv").body(),
                get(market.otherApi(), "/api/suspects?format=csv").body());
        assertEquals(404, get(market.otherApi(), "/api/suspects/SELLER:nobody").statusCode());
    }

    @Test
    void twoRunsAreCompared() throws Exception {
        run("fortnight", "14d", "1,SELLER,s-1,SUSPECT,0.9,20.0");
        run("week", "7d", "1,SELLER,s-1,CLEAR,0.1,2.0");
        JsonNode runs = described("/api/runs", "/api/runs");
        assertEquals(List.of("fortnight", "week"), texts(runs.path("items"), "name"));
        JsonNode diff = described("/api/diff", "/api/diff?a=fortnight&b=week");
        assertEquals("LOST", diff.path("suspects").get(0).path("change").asText());
        assertTrue(texts(diff.path("settings"), "name").contains("window"), diff.toString());
        assertEquals(
                404, get("/api/diff?a=fortnight&b=" + encoded("../runs/week")).statusCode());
        assertEquals(400, get("/api/diff?a=fortnight").statusCode());
        assertEquals(404, get("/api/diff?a=fortnight&b=%00").statusCode());
        Path broken = Path.of(market.settings().get(Setting.RUNS_DIR)).resolve("week/suspects.csv");
        Files.writeString(broken, "rank,role,id,status,score,evidence\n1,SHOP,s-1,CLEAR,0.1,2.0\n");
        assertEquals(404, get("/api/diff?a=fortnight&b=week").statusCode());
    }

    @Test
    void reportsOfChecksAreListedAndServed() throws Exception {
        Path runs = Path.of(market.settings().get(Setting.RUNS_DIR));
        PoorData.writeReport(runs.resolve("extract"), true);
        Files.writeString(Files.createDirectories(runs.resolve("damaged")).resolve("check.json"), "{\"verdict\":");
        Files.writeString(Files.createDirectories(runs.resolve("other")).resolve("check.json"), "{}");
        JsonNode checks = described("/api/checks", "/api/checks");
        assertEquals(List.of("extract"), texts(checks.path("items"), "name"));
        JsonNode listed = checks.path("items").get(0);
        JsonNode report = described("/api/checks/{name}", "/api/checks/extract");
        assertEquals(JSON.readTree(runs.resolve("extract/check.json").toFile()), report);
        assertEquals("RESERVATIONS", listed.path("verdict").asText());
        assertEquals(listed.path("from"), report.path("times").path("ordersFrom"));
        assertEquals(listed.path("to"), report.path("times").path("ordersTo"));
        assertTrue(texts(report.path("findings"), "kind").containsAll(List.of("CLOCK", "ROLE_MISSING", "GAP")));
        for (String name : List.of("none", "damaged", "other", "../runs/extract", ".extract")) {
            HttpResponse<String> answer = get("/api/checks/" + encoded(name));
            assertEquals(404, answer.statusCode(), name + ": " + answer.body());
            fits("/api/checks/{name}", "get", "404", answer.body());
            assertTrue(answer.body().contains("leaktrace check … --out"), answer.body());
        }
    }

    private static void run(String name, String window, String suspect) throws IOException {
        Path folder = Files.createDirectories(
                Path.of(market.settings().get(Setting.RUNS_DIR)).resolve(name));
        Files.writeString(folder.resolve("suspects.csv"), "rank,role,id,status,score,evidence\n" + suspect + "\n");
        Files.writeString(folder.resolve("alerts.csv"), "at,role,id,change,score,evidence\n");
        Files.writeString(
                folder.resolve("manifest.json"),
                "{\"name\":\"" + name + "\",\"version\":\"0.2.0\",\"settings\":{\"window\":\"" + window
                        + "\"},\"eventTime\":{\"from\":\"2024-03-01T00:00:00Z\",\"to\":null},\"counts\":{\"read\":7}}");
    }

    @Test
    void everyPathIsDescribedAndThere() throws Exception {
        TreeSet<String> described = new TreeSet<>();
        description.path("paths").fieldNames().forEachRemaining(described::add);
        TreeSet<String> served = new TreeSet<>(market.api().paths());
        served.removeAll(List.of("/", "/<page>", "/console/<file>"));
        assertEquals(described, served);
        fits("/health/live", "get", "200", get("/health/live").body());
        JsonNode ready = described("/health/ready", "/health/ready");
        assertEquals(0, ready.path("reasons").size(), ready.toString());
        assertTrue(get("/topology").body().contains("Sub-topology"));
        assertTrue(get("/metrics").body().contains("leaktrace_epoch_end_seconds"));
    }

    @Test
    void pagesComeWithSecurityHeaders() throws Exception {
        for (String path : List.of("/", "/suspects", "/suspects/" + encoded("SELLER:s-1.x"), "/api/suspects")) {
            HttpResponse<String> answer = get(path);
            assertEquals(200, answer.statusCode(), path);
            assertTrue(answer.headers()
                    .firstValue("Content-Security-Policy")
                    .orElse("")
                    .contains("default-src 'self'"));
            assertEquals(
                    "nosniff",
                    answer.headers().firstValue("X-Content-Type-Options").orElse(""));
        }
        assertTrue(get("/suspects").body().contains("<html"), get("/suspects").body());
        assertEquals(404, get("/console/../leaktrace-version.properties").statusCode());
        assertEquals(404, get("/favicon.png").statusCode());
        assertEquals(404, get("/console/pages").statusCode());
    }

    @Test
    void settingsThatLetEverybodyInAreRefused() {
        Settings open = market.settings()
                .with(Map.of(Setting.HTTP_HOST.key(), "0.0.0.0", Setting.HTTP_ADVERTISED.key(), "here:8080"));
        RuntimeException refused = assertThrows(RuntimeException.class, () -> new ApiServer(open, false));
        assertTrue(refused.getMessage().contains("http.tokens"), refused.getMessage());
    }

    private static List<String> texts(JsonNode items, String field) {
        List<String> texts = new ArrayList<>();
        items.forEach(item -> texts.add(item.path(field).asText()));
        return texts;
    }
}
