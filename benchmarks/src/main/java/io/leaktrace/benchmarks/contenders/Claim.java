package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;

/** What a contender claims to have done, in the form in which it is compared with the truth. */
public enum Claim {
    /** It has had every record in its hands. */
    RECORDS {
        @Override
        public String of(Market market, Counts truth) {
            return records(market.orders() + market.contacts());
        }
    },
    /** It has decoded every record, and so knows how many touches there are. */
    TOUCHES {
        @Override
        public String of(Market market, Counts truth) {
            return records(market.orders() + market.contacts()) + " " + touches(truth.exposures());
        }
    },
    /** It has counted everything. */
    COUNTS {
        @Override
        public String of(Market market, Counts truth) {
            return truth.checksum();
        }
    };

    /** The result that a contender with this claim must have. */
    public abstract String of(Market market, Counts truth);

    static String records(long records) {
        return "records=" + records;
    }

    static String touches(long touches) {
        return "touches=" + touches;
    }
}
