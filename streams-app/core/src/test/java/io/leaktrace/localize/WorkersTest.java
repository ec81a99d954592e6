package io.leaktrace.localize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkersTest {

    @Test
    void eachElementIsDoneOnceOnAnyNumberOfThreads() {
        for (int threads : new int[] {1, 2, 5}) {
            Workers workers = new Workers(threads, 3, 7);
            for (int elements = 0; elements < 300; elements++) {
                AtomicIntegerArray done = new AtomicIntegerArray(elements);
                workers.overCustodians(elements, (from, to) -> {
                    for (int element = from; element < to; element++) {
                        done.incrementAndGet(element);
                    }
                });

                int expected = elements;
                assertEquals(
                        expected,
                        IntStream.range(0, elements)
                                .filter(element -> done.get(element) == 1)
                                .count(),
                        threads + " threads");
            }
        }
    }

    /** What the threads write to is used again after a failure. */
    @Test
    void aFailureIsThrownWhenNobodyWorksAnymore() {
        Workers workers = new Workers(4, 1, 1);
        for (int attempt = 0; attempt < 200; attempt++) {
            int failing = attempt % 40;
            AtomicInteger working = new AtomicInteger();
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class,
                    () -> workers.overIncidents(40, (from, to) -> {
                        working.incrementAndGet();
                        Thread.yield();
                        working.decrementAndGet();
                        if (from == failing) {
                            throw new IllegalStateException("chunk " + from);
                        }
                    }));

            assertEquals("chunk " + failing, thrown.getMessage());
            assertEquals(0, working.get());
        }
    }
}
