package io.leaktrace.console;

import static io.leaktrace.console.Browser.id;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.check.PoorData;
import io.leaktrace.embedded.Ports;
import io.leaktrace.testing.OwnProcess;
import io.leaktrace.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * The console in Chromium, over the demo, in which a hub leaks whose innocent sellers would be suspected if it did not. The
 * tests are one walk through it, in order. Pictures of each page in both languages are kept in {@code
 * target/screenshots}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleTest {

    private static final List<String> PAGES =
            List.of("/suspects", "/alerts", "/campaigns", "/epochs", "/verdicts", "/compare", "/check", "/decoys");

    @TempDir
    private static Path folder;

    private static String address;
    private static OwnProcess demo;
    private static Browser browser;

    private static String leaker;
    private static String campaign;
    private static String bystander;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(folder.resolve("profile"));
        int port = Ports.free();
        address = "http://127.0.0.1:" + port;
        browser = new Browser(address, folder.resolve("profile"));
        demo = OwnProcess.java(
                List.of(),
                "1g",
                folder.resolve("demo.log"),
                "io.leaktrace.cli.Main",
                "demo",
                "--pace",
                "3",
                "--dir",
                folder.resolve("demo").toString(),
                "--set",
                "http.port=" + port,
                "--set",
                "runs.dir=" + folder.resolve("runs"));
        await("the demo, whose log is " + folder.resolve("demo.log"))
                .atMost(Duration.ofSeconds(60))
                .failFast(() -> assertTrue(demo.isAlive(), ConsoleTest::log))
                .until(ConsoleTest::isUp);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (browser != null) {
            browser.close();
        }
        if (demo != null) {
            demo.end();
        }
    }

    private static boolean isUp() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address + "/health/live")).build();
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String log() {
        try {
            return Files.readString(folder.resolve("demo.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String row(String custodian) {
        return "[data-testid='suspect-row'][data-custodian='" + custodian + "']";
    }

    private static JsonNode ask(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return new ObjectMapper().readTree(answer.body());
    }

    private static double evidence(String custodian) throws IOException, InterruptedException {
        return ask("/api/suspects/" + custodian)
                .path("suspect")
                .path("evidence")
                .asDouble(Double.NaN);
    }

    @Test
    @Order(1)
    void aSuspectRisesWhileOneLooks() throws Exception {
        browser.open("/");
        browser.run("window.notReloaded = true");
        browser.await("the ranking", () -> !browser.all(id("suspect-row")).isEmpty());
        // Whoever comes to be accused stood there as clear before, and the page was not loaded again.
        browser.await("an accused", () -> !browser.all("[data-testid='suspect-row'][data-status='SUSPECT']")
                .isEmpty());
        leaker = browser.await("[data-testid='suspect-row'][data-status='SUSPECT']")
                .getAttribute("data-custodian");
        assertEquals("1", browser.await(row(leaker)).getAttribute("data-rank"));
        assertEquals(true, browser.run("return window.notReloaded"));
        assertEquals("/suspects", browser.path());
        browser.await(id("connection"), "Live");
    }

    @Test
    @Order(2)
    void theFirstPageIsSmall() {
        Number bytes = (Number) browser.run("return performance.getEntriesByType('resource')"
                + ".filter(r => !r.name.includes('/api/')).reduce((sum, r) => sum + r.decodedBodySize, 0)"
                + " + performance.getEntriesByType('navigation')[0].decodedBodySize");
        System.out.println("ConsoleTest: the first page is " + bytes + " bytes");
        assertTrue(bytes.longValue() > 10_000 && bytes.longValue() < 300_000, "first page: " + bytes);
    }

    @Test
    @Order(3)
    void itsPageSaysWhy() throws Exception {
        browser.click(row(leaker) + " a");
        browser.await(id("head"));
        browser.await(id("reason-ABOVE_THRESHOLD"));
        browser.await(id("reason-WOULD_CLEAR"));
        browser.await(id("decoys-link"));
        assertTrue(browser.all("svg [data-testid='onset']").size() > 0, "the onset is marked");
        assertTrue(browser.all("svg [data-testid='threshold']").size() > 0, "the threshold is drawn");
        browser.screenshot("suspect-en");
    }

    @Test
    @Order(4)
    void itsEvidenceLeadsToAContact() throws Exception {
        browser.click(id("evidence-row") + " a");
        browser.await("an evidence page", () -> browser.path().startsWith("/evidence/"));
        assertTrue(browser.run("return location.search").toString().contains("buyer="), "the link carries the buyer");
        browser.await(id("share-row"));
        assertTrue(browser.text("main").contains("Reported by"), "the source of the report is shown");
        browser.await("svg [data-testid='contact']");
        browser.screenshot("evidence-en");
        browser.click(id("reveal"));
        browser.type(id("dialog-note"), "a test looks");
        browser.click(id("dialog-submit"));
        browser.await(id("revealed"));
    }

    @Test
    @Order(4)
    void aCampaignShowsWhatItsContactsShareAndWhoExplainsIt() {
        browser.open("/campaigns");
        browser.await(id("campaign-row"));
        String explained = id("campaign-row") + "[data-custodian='" + leaker + "']";
        browser.await("a campaign that the leaker explains", () -> !browser.all(explained)
                .isEmpty());
        browser.click(explained + " a[data-row-link]");
        browser.await("a campaign's page", () -> browser.path().startsWith("/campaigns/"));
        campaign = browser.path().replaceAll("[?].*", "");
        assertEquals(leaker, browser.await(id("blame-row")).getAttribute("data-custodian"));
        browser.await(id("trace-row"));
        browser.click(id("contact-row") + " a[data-row-link]");
        browser.await("a contact's page", () -> browser.path().startsWith("/evidence/"));
        browser.click(id("campaign"));
        browser.await("the campaign again", () -> browser.path().startsWith("/campaigns/"));
        browser.click(id("callers-join"));
        browser.await("the choice in the address", () -> browser.path().contains("callers=false"));
    }

    /** The pictures of the README. They are taken before a verdict is sent, as a new user sees the demo. */
    @Test
    @Order(5)
    void theRankingShowsInBothLanguages() throws Exception {
        Tools.requireChineseFont();
        browser.await("the live market", () -> log().contains("The market goes on"));
        browser.theme("light");
        for (String language : List.of("zh", "en")) {
            browser.open("/suspects?lang=" + language);
            browser.await(row(leaker));
            browser.await(
                    "the page has loaded", () -> browser.all(id("loading")).isEmpty());
            assertTrue(browser.all("[data-testid='suspect-row']").size() > 5, "the ranking is full");
            browser.screenshot("console-" + language, 800);
        }
    }

    @Test
    @Order(6)
    void aVerdictChangesTheNextEpoch() throws Exception {
        browser.await("the live market", () -> log().contains("The market goes on"));
        browser.await("a bystander", () -> findBystander());
        double unjudged = evidence(bystander);
        // Dismissed, the leaker carries no blame: the sellers that ship through it have to answer for its incidents.
        decide("dismissed", "they say it was not them");
        browser.await("the bystander rises", () -> evidence(bystander) > unjudged + 1);
        double suspected = evidence(bystander);
        browser.open("/decoys?lang=en");
        browser.await(id("examined-row"));
        browser.screenshot("decoys-en");
        decide("confirmed", "found in their files");
        browser.await("the bystander falls", () -> evidence(bystander) < suspected - 1);
        browser.open("/suspects");
        browser.await(row(leaker) + "[data-status='CONFIRMED']");
        System.out.printf(
                "ConsoleTest: evidence against %s: %.1f, with %s dismissed %.1f, confirmed %.1f%n",
                bystander, unjudged, leaker, suspected, evidence(bystander));
    }

    /** Somebody whose incidents a suspect explains, and that suspect. */
    private static boolean findBystander() throws IOException, InterruptedException {
        for (JsonNode clear : ask("/api/suspects?status=CLEAR&size=20").path("items")) {
            String custodian = clear.path("custodian").asText();
            for (JsonNode reason : ask("/api/suspects/" + custodian).path("reasons")) {
                boolean explained = reason.path("code").asText().equals("EXPLAINED_AWAY");
                if (explained
                        && reason.path("alone").asDouble()
                                > clear.path("threshold").asDouble()) {
                    bystander = custodian;
                    leaker = reason.path("by").asText();
                    return true;
                }
            }
        }
        return false;
    }

    private static void decide(String verdict, String note) {
        browser.open("/suspects/" + leaker);
        browser.click(id("verdict-" + verdict));
        browser.type(id("dialog-note"), note);
        browser.click(id("dialog-submit"));
        browser.await("the dialog closes", () -> browser.all("dialog").isEmpty());
    }

    @Test
    @Order(7)
    void permalinksCarryFilters() {
        browser.open("/suspects");
        browser.click(id("filter-status-CONFIRMED"));
        browser.await("the filter in the address", () -> browser.path().contains("status=CONFIRMED"));
        String link = browser.path();
        browser.open("/alerts");
        browser.open(link);
        browser.await("the one confirmed", () -> browser.all(id("suspect-row")).size() == 1);
        assertEquals(leaker, browser.await(id("suspect-row")).getAttribute("data-custodian"));
    }

    @Test
    @Order(7)
    void aDataCheckSaysWhatToDo() throws Exception {
        browser.open("/check?lang=en");
        assertTrue(browser.text(id("empty")).contains("./leaktrace check --orders"), browser.text("main"));
        PoorData.writeReport(folder.resolve("runs/extract"), true);
        PoorData.writeReport(folder.resolve("runs/replayed"), false);
        browser.open("/check?lang=en");
        browser.await(id("check-verdict"), "Usable with reservations");
        String clock = id("finding-row") + "[data-kind='CLOCK'][data-level='RESERVATION']";
        browser.await(clock, "the contacts are about +8 hours off");
        browser.await(clock, "correct its offset (--time-zone");
        browser.await(id("power-row"), "(chance 91%)");
        browser.run("const chooser = document.querySelector(\"[data-testid='check-name']\");"
                + "chooser.value = 'replayed'; chooser.dispatchEvent(new Event('change'))");
        browser.await(id("power"), "--contacts contacts.jsonl --out runs/replayed");
        assertEquals("/check?lang=en&name=replayed", browser.path());
        browser.open("/check?lang=zh&name=extract");
        browser.await(clock, "联系的时间约差 8 小时");
        browser.await(clock, "更正其偏差");
        assertEquals(0, browser.all(id("finding-row") + " [lang='en']").size(), "each finding is in Chinese");
        browser.open("/check?lang=en&name=nothing");
        browser.await(id("empty"), "There is no report “nothing”");
    }

    @Test
    @Order(8)
    void everyPageReadsInBothLanguagesAndThemes() throws Exception {
        for (String page : List.of(
                "/suspects",
                "/suspects/" + leaker,
                "/alerts",
                "/campaigns",
                campaign,
                "/epochs",
                "/verdicts",
                "/compare",
                "/check",
                "/decoys")) {
            String name = page.substring(1).replaceAll("[/:].*", "-page");
            for (String language : List.of("en", "zh")) {
                browser.open(page + "?lang=" + language);
                browser.await("main h1");
                browser.await(
                        "the page has loaded", () -> browser.all(id("loading")).isEmpty());
                assertEquals(language, browser.run("return document.documentElement.lang.slice(0, 2)"));
                assertEquals(
                        language.equals("zh"),
                        browser.title().codePoints().anyMatch(c -> c >= 0x4E00 && c < 0xA000),
                        browser.title());
                browser.screenshot(name + "-" + language);
                browser.assertAccessible(page + " in " + language);
            }
        }
        browser.open("/suspects?lang=en");
        String light = (String) browser.run("return getComputedStyle(document.body).backgroundColor");
        browser.click(id("theme"));
        browser.await(
                "another background",
                () -> !light.equals(browser.run("return getComputedStyle(document.body).backgroundColor")));
        browser.assertAccessible("dark suspects");
        browser.open("/suspects/" + leaker);
        browser.await(id("head"));
        browser.assertAccessible("a dark suspect's page");
        browser.screenshot("suspect-page-dark");
        browser.click(id("theme"));
        // While the demo goes from history to live, answers are "not ready".
        assertEquals(List.of(), browser.errors("503"));
    }

    @Test
    @Order(9)
    void aPhoneShowsAllOfIt() throws Exception {
        browser.size(375, 812);
        for (String page : PAGES) {
            browser.open(page);
            browser.await("main h1");
            browser.await(
                    "the page has loaded", () -> browser.all(id("loading")).isEmpty());
            browser.assertNoSidewaysScroll(page);
        }
        browser.open("/suspects/" + leaker);
        browser.await(id("head"));
        browser.assertNoSidewaysScroll("a suspect's page");
        browser.screenshot("suspect-page-phone");
        browser.size(1280, 900);
    }

    @Test
    @Order(10)
    void theKeyboardIsEnough() {
        browser.open("/suspects");
        browser.await(id("suspect-row"));
        browser.type("body", "/");
        assertEquals("filter-q", browser.run("return document.activeElement.dataset.testid"));
        browser.type(id("filter-q"), Keys.ESCAPE.toString());
        browser.run("document.activeElement.blur()");
        browser.type("body", "j");
        browser.type("body", "j");
        browser.run("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', bubbles: true}))");
        browser.run("document.activeElement.click()");
        browser.await("a suspect's page", () -> browser.path().startsWith("/suspects/"));
        assertNotEquals("", browser.title());
    }

    @Test
    @Order(10)
    void epochsShowUnmatchedContactsByReason() {
        browser.open("/epochs");
        browser.await(id("epoch-row"));
        for (String column : List.of("unmatchedNoOrderKnown", "unmatchedOrderLater", "unmatchedOrderOutsideWindow")) {
            String text = browser.text(id("epoch-row") + " [data-col='" + column + "']");
            assertTrue(text.matches("[0-9,]+"), column + ": " + text);
        }
    }

    /** The demo learns for some seconds only, so the banner is made for an epoch that is given. */
    @Test
    @Order(10)
    void theBannerSaysHowLongThePipelineLearns() {
        browser.open("/epochs");
        browser.await(id("epoch-row"));
        Object text = browser.run("return import('/console/pages/epochs.js').then(page => page.qualityBanner({"
                + "end: '2014-07-23T00:00:00Z', learning: true, learningUntil: '2014-07-27T00:00:00Z', orderEvents: 1,"
                + " scamContacts: 0, late: 0, expired: 0, bad: 0, unmatched: 0"
                + "}).querySelector('[data-testid=learning]').textContent)");
        assertTrue(text.toString().matches(".* Learning until .*27.*"), text.toString());
    }

    @Test
    @Order(11)
    void aLostConnectionComesBack() {
        browser.open("/suspects");
        browser.await(id("connection"), "Live");
        // Those of earlier tests, as of a pipeline that was not ready yet.
        browser.errors();
        browser.offline(true);
        // What streams already may go on; a new question fails.
        browser.click(id("nav-alerts"));
        browser.await(
                "the loss is shown",
                () -> !browser.all(id("error")).isEmpty()
                        || !browser.text(id("connection")).contains("Live"));
        browser.offline(false);
        browser.await(
                "the page is back",
                () -> !browser.all(id("alert-row")).isEmpty()
                        && browser.text(id("connection")).contains("Live"));
        assertEquals(List.of(), browser.errors("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK"));
    }

    @Test
    @Order(12)
    void anUnknownPageAndAnUnknownSuspectAreTold() {
        browser.open("/suspects/SELLER:nobody");
        browser.await(id("error"));
        assertEquals(List.of(), browser.errors("404"));
    }

    @Test
    @Order(13)
    void anIdIsTextWhateverItHolds() throws Exception {
        List<String> ids = List.of(
                "<img src=x onerror='window.intruded=1'>",
                "javascript:window.intruded=1",
                "\"><script>window.intruded=1");
        for (String hostile : ids) {
            String body = new ObjectMapper()
                    .writeValueAsString(
                            Map.of("custodian", "SELLER:" + hostile, "verdict", "DISMISSED", "note", hostile));
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/api/verdicts"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            assertEquals(
                    201,
                    HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode());
        }
        browser.open("/verdicts");
        browser.await("the verdicts", () -> browser.all(id("verdict-row")).size() > ids.size());
        String shown = (String) browser.run("return document.querySelector('main').textContent");
        for (String hostile : ids) {
            assertTrue(shown.contains(hostile), shown);
        }
        assertEquals(0L, browser.run("return document.querySelectorAll('main img, main script').length"));
        assertEquals(
                true,
                browser.run("return [...document.querySelectorAll('main tbody a')]"
                        + ".every(link => new URL(link.href).pathname.startsWith('/suspects/'))"));
        assertEquals(null, browser.run("return window.intruded"));
    }
}
