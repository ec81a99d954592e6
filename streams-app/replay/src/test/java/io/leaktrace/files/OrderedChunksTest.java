package io.leaktrace.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.testing.EndedThreads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OrderedChunksTest {

    private static final String NAME = "ordered-chunks-test";

    /** The numbers from 0 on. */
    private static class Numbers implements OrderedChunks.Source<Integer> {
        final AtomicInteger read = new AtomicInteger();
        private final int count;
        volatile boolean closed;

        Numbers(int count) {
            this.count = count;
        }

        @Override
        public Integer next() throws IOException {
            return read.get() == count ? null : read.getAndIncrement();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static OrderedChunks<Integer, String> chunks(
            int threads, OrderedChunks.Source<Integer> source, Function<Integer, String> mapper) {
        return new OrderedChunks<>(NAME, threads, source, () -> mapper);
    }

    private static List<String> all(OrderedChunks<Integer, String> chunks) throws IOException {
        List<String> all = new ArrayList<>();
        for (String result = chunks.next(); result != null; result = chunks.next()) {
            all.add(result);
        }
        return all;
    }

    /** The same with work that takes a different time for each number. */
    private static String slowly(int number) {
        double work = 0;
        for (int i = 0; i < number % 7 * 10_000; i++) {
            work += Math.sqrt(i);
        }
        return number + (work < 0 ? "!" : "");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void resultsComeInTheOrderOfTheChunks(int threads) throws IOException {
        Numbers numbers = new Numbers(500);
        try (OrderedChunks<Integer, String> chunks = chunks(threads, numbers, OrderedChunksTest::slowly)) {
            assertEquals(IntStream.range(0, 500).mapToObj(Integer::toString).toList(), all(chunks));
            assertNull(chunks.next());
        }
        assertTrue(numbers.closed);
        EndedThreads.await(NAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void aFailureOfTheMapperComesAfterTheResultsBeforeIt(int threads) throws IOException {
        for (Throwable failure : List.of(new IllegalStateException("full"), new OutOfMemoryError("as if"))) {
            try (OrderedChunks<Integer, String> chunks = chunks(threads, new Numbers(100), number -> {
                if (number == 20 && failure instanceof Error error) {
                    throw error;
                } else if (number == 20) {
                    throw (IllegalStateException) failure;
                }
                return slowly(number);
            })) {
                for (int i = 0; i < 20; i++) {
                    assertEquals(Integer.toString(i), chunks.next());
                }
                assertSame(failure, assertThrows(failure.getClass(), chunks::next));
            }
        }
        EndedThreads.await(NAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void aFailureOfTheSourceComesAfterTheResultsBeforeItAndStays(int threads) throws IOException {
        for (Throwable failure : List.of(new IOException("broken"), new StackOverflowError("as if"))) {
            Numbers numbers = new Numbers(50) {
                @Override
                public Integer next() throws IOException {
                    Integer next = super.next();
                    if (next == null && failure instanceof Error error) {
                        throw error;
                    } else if (next == null) {
                        throw (IOException) failure;
                    }
                    return next;
                }
            };
            try (OrderedChunks<Integer, String> chunks = chunks(threads, numbers, OrderedChunksTest::slowly)) {
                for (int i = 0; i < 50; i++) {
                    assertEquals(Integer.toString(i), chunks.next());
                }
                assertSame(failure, assertThrows(failure.getClass(), chunks::next));
                assertSame(failure, assertThrows(failure.getClass(), chunks::next));
            }
            assertTrue(numbers.closed);
        }
        EndedThreads.await(NAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void closingEarlyEndsTheThreadsAndClosesTheSource(int threads) throws IOException {
        Numbers numbers = new Numbers(Integer.MAX_VALUE);
        try (OrderedChunks<Integer, String> chunks = chunks(threads, numbers, OrderedChunksTest::slowly)) {
            assertEquals("0", chunks.next());
        }
        EndedThreads.await(NAME);
        assertTrue(numbers.closed);
        assertTrue(numbers.read.get() < 1000, "read ahead without a bound: " + numbers.read);
    }
}
