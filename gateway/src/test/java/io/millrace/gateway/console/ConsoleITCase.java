package io.millrace.gateway.console;

import static io.millrace.gateway.console.Browser.ENTER;
import static io.millrace.gateway.console.Browser.TAB;
import static io.millrace.gateway.console.SampleBatches.CANCELED;
import static io.millrace.gateway.console.SampleBatches.ENDED;
import static io.millrace.gateway.console.SampleBatches.OPENAI;
import static io.millrace.gateway.console.SampleBatches.RUNNING;
import static io.millrace.gateway.console.SampleBatches.WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.gateway.FakeJob;
import io.millrace.gateway.TestBroker;
import io.millrace.gateway.TestGateway;
import io.millrace.gateway.batches.KafkaLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console in a real browser. Without Chromium and its driver on the PATH these tests are
 * skipped, and the report says so.
 */
@Timeout(180)
@TestMethodOrder(OrderAnnotation.class)
class ConsoleITCase {

    private static final String STATUS = ".stack .note[role=status]";

    @RegisterExtension private static final TestBroker BROKER = new TestBroker();

    @TempDir private static Path folder;

    private static SampleBatches samples;
    private static FakeJob job;
    private static TestGateway gateway;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browser.isInstalled(), "Chromium's driver (chromedriver) is not on the PATH");
        KafkaLink link = BROKER.newTopics();
        Path results = folder.resolve("results");
        samples = new SampleBatches("alpha", System.currentTimeMillis());
        job = new FakeJob(link, results);
        gateway = TestGateway.start(link, folder);
        job.publish(samples.waiting());
        job.publish(samples.running(46_212));
        job.publish(samples.canceled());
        job.publish(samples.ended());
        job.publish(samples.openAi());
        Path part = Files.createDirectories(results.resolve(ENDED)).resolve("part-0-0");
        Files.write(part, SampleBatches.resultLines());
        browser = Browser.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
            gateway.close();
        }
    }

    @BeforeEach
    void open() {
        browser.open(gateway.address().resolve("/"));
        browser.script("sessionStorage.clear(); localStorage.clear();");
        browser.open(gateway.address().resolve("/?fresh"));
    }

    /** A script that was refused, a file that is missing, an exception: all are logged. */
    @AfterEach
    void nothingWasLogged() {
        if (browser != null) {
            assertThat(browser.log())
                    .filteredOn(message -> !message.contains("401"))
                    .filteredOn(message -> !message.contains("ERR_CONNECTION_REFUSED"))
                    .isEmpty();
        }
    }

    @Test
    @Order(1)
    void showsBatchesWithLiveProgress() throws Exception {
        signIn();
        browser.awaitText(row(RUNNING), "46,212 of 100,000, 212 errored");
        browser.awaitText(row(RUNNING), "about 7 min");
        browser.awaitText(row(WAITING), "waiting");
        browser.awaitText(row(CANCELED), "Canceling");
        browser.awaitText(row(ENDED), "took 5 min");
        browser.awaitText(row(OPENAI), "OpenAI");

        job.publish(samples.running(51_300));
        browser.awaitText(row(RUNNING), "51,300 of 100,000");
        job.publish(samples.running(53_911));
        browser.awaitText(row(RUNNING), "53,911 of 100,000");

        assertThat(browser.text("tbody tr:first-child")).contains(WAITING);
        assertThat(browser.text(".tiles")).contains("tiny-chat");
        assertThat(
                        browser.script(
                                        "return document.querySelector('[data-batch=\"%s\"] .meter')"
                                                        .formatted(RUNNING)
                                                + ".getAttribute('aria-valuenow')")
                                .asText())
                .isEqualTo("53911");
        keep("console.png");
    }

    @Test
    @Order(2)
    void refusesAWrongKeyAndShowsNothingOfOtherWorkspaces() {
        browser.type("#key", "no-such-key");
        browser.press(ENTER);
        browser.awaitText("#key-error", "does not know this key");
        browser.script("document.getElementById('key').value = ''");
        browser.type("#key", TestGateway.OTHER_KEY);
        browser.press(ENTER);

        browser.awaitText(".empty", "No batches yet");
        assertThat(browser.script("return Object.keys(localStorage).join()").asText())
                .isEqualTo("millrace-theme");
    }

    @Test
    @Order(3)
    void groupsTheErrorsOfABatchByCode() throws Exception {
        signIn();
        browser.click(row(ENDED) + " a");
        browser.awaitText(STATUS, "99 % of 1,200 succeeded");
        browser.awaitText(".facts", "39 % of 96");
        browser.awaitText("[data-group='errored/invalid_request_error']", "5");
        browser.awaitText(".error-groups", "max_tokens: 0 (expected: at least 1)");
        keep("console-batch.png");

        browser.click("[data-group='errored/not_found_error']");
        browser.awaitText(STATUS, "4 results");
        browser.click(".results li:first-child summary");
        browser.awaitText(".results li:first-child", "no-such-model");
        browser.type("#find", "question-0777");
        browser.press(ENTER);
        browser.awaitText(STATUS, "1 result.");
        browser.awaitText(".results", "question-0777");
    }

    @Test
    @Order(4)
    void createsABatchOfAFileAndCancelsIt() throws Exception {
        Path file = folder.resolve("questions.jsonl");
        Files.write(file, SampleBatches.requestLines(100));
        signIn();
        browser.type("#file", file.toString());
        browser.awaitText(".drop", "100 requests");
        browser.click(".drop .primary");
        browser.awaitText(".facts", "100");
        browser.awaitText(".pill", "In progress");

        browser.click(".head .actions button:nth-of-type(2)");
        browser.click("dialog .danger");
        browser.awaitText(".pill", "Canceling");
    }

    @Test
    @Order(5)
    void saysByLineWhatIsWrongWithAFile() throws Exception {
        Path file = folder.resolve("wrong.jsonl");
        Files.writeString(file, "{\"custom_id\":\"a b\",\"params\":{}}\nnot JSON\n");
        signIn();
        browser.type("#file", file.toString());

        browser.awaitText(".problems", "2 problems");
        browser.awaitText(".problems", "Line 1: custom_id: a b");
        browser.awaitText(".problems", "Line 2: not JSON");
        assertThat(browser.text(".drop")).doesNotContain("Create batch");
    }

    @Test
    @Order(6)
    void isUsableWithTheKeyboardAlone() {
        browser.awaitText("#main", "API key");
        browser.press(TestGateway.KEY.split(""));
        browser.press(ENTER);
        browser.awaitText(row(ENDED), "Ended");

        tabTo(row(ENDED) + " a");
        browser.press(ENTER);
        browser.awaitText("#batch-title", ENDED);
        tabTo("#find");
        tabTo("[data-group='errored']");
        browser.press(ENTER);
        browser.awaitText(STATUS, "9 results");
        tabTo(".results li:first-child summary");
        browser.press(ENTER);
        browser.awaitText(".results li:first-child pre", "custom_id");
    }

    @Test
    @Order(7)
    void isReadableInLightAndDark() {
        signIn();
        browser.awaitText(row(ENDED), "Ended");
        for (String theme : List.of("light", "dark")) {
            browser.script("document.documentElement.dataset.theme = '%s'".formatted(theme));
            assertThat(browser.script(Contrast.SCRIPT)).as(theme).isEmpty();
        }
    }

    @Test
    @Order(8)
    void saysThatTheGatewayIsGone() {
        signIn();
        browser.awaitText(row(ENDED), "Ended");
        gateway.close();

        browser.awaitText("#trouble", "cannot be reached");
        assertThat(browser.text(row(ENDED))).contains("Ended");
    }

    private static void signIn() {
        browser.type("#key", TestGateway.KEY);
        browser.press(ENTER);
    }

    private static void tabTo(String selector) {
        String focused =
                "return document.activeElement === document.querySelector(\"%s\")"
                        .formatted(selector.replace("\"", "'"));
        for (int i = 0; i < 40; i++) {
            browser.press(TAB);
            if (browser.script(focused).asBoolean()) {
                return;
            }
        }
        throw new AssertionError(selector + " was not reached with the Tab key");
    }

    private static String row(String batch) {
        return "tr[data-batch=\"%s\"]".formatted(batch);
    }

    /** Keeps a picture beside the reports and, where asked, in docs. */
    private static void keep(String name) throws IOException {
        byte[] picture = browser.screenshot();
        Files.write(Path.of("target", name), picture);
        if (Boolean.getBoolean("millrace.write-docs")) {
            Files.write(Path.of("../docs", name), picture);
        }
    }
}
