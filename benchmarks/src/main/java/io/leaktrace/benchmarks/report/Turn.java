package io.leaktrace.benchmarks.report;

import io.leaktrace.benchmarks.contenders.Catalogue;
import io.leaktrace.benchmarks.process.Measurement;

/**
 * One contender's turn.
 *
 * @param orders of the market
 * @param cores number of cores that it could use
 * @param round from 1
 */
public record Turn(Catalogue contender, long orders, int cores, int round, Measurement measured) {

    double cpuPerMillion() {
        return measured.cpuSeconds() / orders * 1e6;
    }
}
