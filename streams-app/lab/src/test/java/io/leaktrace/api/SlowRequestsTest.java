package io.leaktrace.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.embedded.Ports;
import io.leaktrace.runtime.Settings;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API without brokers, and clients that take their time. */
class SlowRequestsTest {

    private static final int CLIENTS = 300;
    private static final String BODY = "{\"custodian\":\"SELLER:s-9\",\"verdict\":\"GUILTY\",\"note\":\"x\"}";

    private final List<Socket> slow = new ArrayList<>();
    private final int port = Ports.free();
    private ApiServer api;

    @BeforeEach
    void start() {
        api = new ApiServer(
                Settings.of(Map.of(
                        "http.port",
                        Integer.toString(port),
                        "bootstrap.servers",
                        "127.0.0.1:1",
                        "kafka.default.api.timeout.ms",
                        "500")),
                false);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
        api.close();
    }

    private Socket send(String text) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        slow.add(socket);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String post(String framing, String begun) {
        return "POST /api/verdicts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + framing
                + "\r\n\r\n" + begun;
    }

    private void assertAnswers() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.address() + "/health/live"))
                .timeout(Duration.ofSeconds(5))
                .build();
        assertEquals(
                200,
                HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode());
    }

    @Test
    void bodiesThatDoNotComeHoldNoThreads() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            boolean chunked = i % 2 == 0;
            send(
                    chunked
                            ? post("Transfer-Encoding: chunked", "1\r\n{\r\n")
                            : post("Content-Length: " + BODY.length(), BODY.substring(0, 9)));
        }
        assertAnswers();
        // One that gets done after all is answered.
        Socket late = slow.get(1);
        late.setSoTimeout(5_000);
        late.getOutputStream().write(BODY.substring(9).getBytes(StandardCharsets.US_ASCII));
        byte[] answer = late.getInputStream().readNBytes(12);
        assertEquals("HTTP/1.1 400", new String(answer, StandardCharsets.US_ASCII), "there is no such verdict");
    }

    @Test
    void headersThatDoNotComeHoldNoThreads() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            send("GET /health/live HTTP/1.1\r\nHost: local");
        }
        assertAnswers();
    }

    /** Each byte of a header keeps its connection from being idle; a thousand of them keep all others out. */
    @Test
    void aHeaderThatComesByteByByteIsGivenUpAndAStreamOfEventsIsNot() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.write(false, ByteBuffer.wrap(new byte[] {'x'}), Callback.NOOP);
                return true;
            }
        });
        RequestLimits.apply(server, 1_000, Duration.ofMillis(500));
        server.start();
        try (Socket endless = new Socket("127.0.0.1", connector.getLocalPort());
                Socket stream = new Socket("127.0.0.1", connector.getLocalPort())) {
            stream.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            stream.getOutputStream().flush();
            endless.setSoTimeout(50);
            endless.getOutputStream().write("GET / HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            long start = System.nanoTime();
            assertThrows(IOException.class, () -> {
                while (System.nanoTime() - start < 10_000_000_000L) {
                    endless.getOutputStream().write('y');
                    try {
                        if (endless.getInputStream().read() < 0) {
                            throw new EOFException();
                        }
                    } catch (SocketTimeoutException e) {
                        // Neither answered nor closed yet.
                    }
                }
            });
            stream.setSoTimeout(50);
            assertThrows(
                    SocketTimeoutException.class, () -> stream.getInputStream().readAllBytes());
        } finally {
            server.stop();
        }
    }

    /** A probe that is not answered has the process restarted. */
    @Test
    void streamsOfEventsKeepNobodyElseOut() throws Exception {
        for (int i = 0; i < 1_100; i++) {
            send("GET /api/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
        }
        assertAnswers();
    }

    @Test
    void bodiesThatAreTooLargeAreRefused() throws Exception {
        Socket large = send(post("Content-Length: 1000000", "x".repeat(140_000)));
        large.setSoTimeout(5_000);
        byte[] answer = large.getInputStream().readNBytes(12);
        assertEquals("HTTP/1.1 413", new String(answer, StandardCharsets.US_ASCII));
    }

    /** Neither brokers nor registry are there, which are waited for longer than a connection lasts. */
    @Test
    void aDecisionThatCannotBePutOnRecordIsAnsweredInTime() throws Exception {
        int other = Ports.free();
        Map<String, String> nobody = Map.of(
                "http.port", Integer.toString(other),
                "bootstrap.servers", "127.0.0.1:1",
                "schema.registry.url", "http://127.0.0.1:1");
        try (ApiServer impatient = new ApiServer(Settings.of(nobody), false, Duration.ofMillis(500))) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(impatient.address() + "/api/verdicts"))
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(BODY.replace("GUILTY", "CONFIRMED")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(503, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("may have been recorded or not"), answer.body());
        }
    }

    @Test
    void idsWithAnyCharacterReachTheApi() throws Exception {
        for (String id : List.of("a%5Cb", "a%0Ab", "%09", "a%2F%2Fb", "a%2F..%2Fb", "%25", "%3Cb%3E%22")) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(api.address() + "/api/suspects/SELLER:x" + id))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(503, answer.statusCode(), "there is no pipeline to ask about " + id);
        }
    }

    @Test
    void beforeThereIsAPipelineReadinessSaysWhatItWaitsFor() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.address() + "/health/ready"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("\"reasons\":[\"the pipeline has not started yet"), answer.body());
    }
}
