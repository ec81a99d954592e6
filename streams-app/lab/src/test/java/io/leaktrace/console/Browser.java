package io.leaktrace.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium, Debian's, with what the tests of the console ask of it. Elements are found by {@code data-testid}. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private final ChromeDriver driver;
    private final String address;

    /**
     * @param address of the console, without a path
     * @param profile an empty folder
     */
    Browser(String address, Path profile) {
        this.address = address;
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Tools.program("chromium"));
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--lang=en",
                "--user-data-dir=" + profile);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new java.io.File(Tools.program("chromedriver")))
                .build();
        driver = new ChromeDriver(service, options);
        size(1280, 900);
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.manage().window().setSize(new Dimension(width, height));
    }

    void open(String path) {
        driver.get(address + path);
    }

    String path() {
        return driver.getCurrentUrl().substring(address.length());
    }

    String title() {
        return text("main h1");
    }

    static String id(String testId) {
        return "[data-testid='" + testId + "']";
    }

    /** Waits until something is there. */
    WebElement await(String selector) {
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(StaleElementReferenceException.class)
                .until(now -> now.findElements(By.cssSelector(selector)).stream()
                        .findFirst()
                        .orElse(null));
    }

    /** Waits until an element holds a text. */
    void await(String selector, String text) {
        await("an element " + selector + " with '" + text + "'", () -> all(selector).stream()
                .anyMatch(element -> element.getText().contains(text)));
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    void await(String what, Condition condition) {
        new WebDriverWait(driver, PATIENCE)
                .withMessage(() -> what + ", at " + driver.getCurrentUrl())
                .ignoring(StaleElementReferenceException.class)
                .until(now -> {
                    try {
                        return condition.holds();
                    } catch (StaleElementReferenceException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    String text(String selector) {
        return await(selector).getText();
    }

    void click(String selector) {
        await("something to click at " + selector, () -> {
            List<WebElement> found = all(selector);
            if (found.isEmpty()) {
                return false;
            }
            // As a person would: it may be out of sight, and rows may just be drawn anew.
            driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", found.get(0));
            found.get(0).click();
            return true;
        });
    }

    void type(String selector, String text) {
        await(selector).sendKeys(text);
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Keeps a picture of the whole page among the test's output. */
    void screenshot(String name) throws IOException {
        screenshot(name, ((Number) run("return document.documentElement.scrollHeight")).longValue());
    }

    /** Keeps a picture of the top of the page among the test's output, as high as given in pixels. */
    void screenshot(String name, long height) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", width(), "height", height, "scale", 1);
        Map<String, Object> shot =
                driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip));
        Files.write(
                SCREENSHOTS.resolve(name + ".png"), OutputType.BYTES.convertFromBase64Png((String) shot.get("data")));
    }

    private long width() {
        return ((Number) run("return document.documentElement.clientWidth")).longValue();
    }

    /** Nothing is wider than the window. */
    void assertNoSidewaysScroll(String where) {
        long wide = ((Number) run("return document.documentElement.scrollWidth")).longValue();
        assertEquals(width(), wide, where + " scrolls sideways");
    }

    /** axe-core finds nothing serious. */
    void assertAccessible(String where) throws IOException {
        run(Files.readString(Tools.library("axe-core/axe.min.js")));
        Object found = driver.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + "axe.run(document, {resultTypes: ['violations']}).then(result => done(result.violations"
                + ".filter(v => v.impact === 'serious' || v.impact === 'critical')"
                + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | '))));");
        assertEquals(List.of(), found, where);
    }

    /** What went to the console as an error since the last call, but for answers that a test provoked. */
    List<String> errors(String... provoked) {
        List<String> errors = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            boolean expected = List.of(provoked).stream().anyMatch(entry.getMessage()::contains);
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue() && !expected) {
                errors.add(entry.getMessage());
            }
        }
        return errors;
    }

    void theme(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Cuts the network off, or gives it back. */
    void offline(boolean off) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", off, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
