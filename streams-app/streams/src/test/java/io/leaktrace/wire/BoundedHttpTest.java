package io.leaktrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that stall or do not end, each on a connection of its own. */
@Timeout(20)
class BoundedHttpTest {

    private static final String ENDLESS = "HTTP/1.1 200 OK\r\n\r\n";

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Answers each connection with this text, and if it is {@link #ENDLESS}, with blanks after it; leaves it open. */
    private void answerWith(String text) {
        Thread answering = new Thread(() -> {
            try {
                while (true) {
                    Socket connection = server.accept();
                    connection.getInputStream().read(new byte[8192]);
                    OutputStream out = connection.getOutputStream();
                    out.write(text.getBytes(StandardCharsets.US_ASCII));
                    byte[] blanks = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
                    while (text.equals(ENDLESS)) {
                        out.write(blanks);
                    }
                }
            } catch (IOException e) {
                // The client has hung up, or the test is over.
            }
        });
        answering.setDaemon(true);
        answering.start();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private HttpResponse<byte[]> send(Duration patience, long most) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url())).timeout(patience).build();
        return BoundedHttp.send(HttpClient.newHttpClient(), request, patience, most);
    }

    @Test
    void anAnswerThatFitsIsGiven() throws Exception {
        answerWith("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nwait");
        HttpResponse<byte[]> answer = send(Duration.ofSeconds(10), 4);
        assertEquals(503, answer.statusCode());
        assertEquals("wait", new String(answer.body(), StandardCharsets.US_ASCII));
    }

    @Test
    void aBodyThatStallsIsNotWaitedForLongerThanAHeader() {
        answerWith("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        assertThrows(HttpTimeoutException.class, () -> send(Duration.ofSeconds(1), 1_000));
    }

    @Test
    void aBodyWithoutEndIsGivenUp() {
        answerWith(ENDLESS);
        IOException problem = assertThrows(IOException.class, () -> send(Duration.ofSeconds(10), 1_000_000));
        assertTrue(problem.getMessage().contains("larger than 1,000,000 bytes"), problem.toString());
    }

    @Test
    void aRegistryWhoseAnswerDoesNotEndIsNamed() {
        answerWith(ENDLESS);
        HttpSchemaRegistry registry = new HttpSchemaRegistry(RegistryConfig.of(url()), Duration.ZERO);
        String message = assertThrows(RegistryUnavailableException.class, () -> registry.byId(7))
                .getMessage();
        assertTrue(message.contains(url()) && message.contains("larger than"), message);
    }
}
