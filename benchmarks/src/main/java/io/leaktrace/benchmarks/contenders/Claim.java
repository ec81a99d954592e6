package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.replay.Selection;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What a contender claims to have done, in the form in which it is compared with the truth. */
public enum Claim {
    /** It has had every record in its hands. */
    RECORDS {
        @Override
        public String of(Market market, Counts truth) {
            return records(market.orders() + market.contacts());
        }
    },
    /** It has had every record of a tenth of the buyers. */
    RECORDS_OF_A_TENTH {
        @Override
        public String of(Market market, Counts truth) {
            long orders = LongStream.range(0, market.orders())
                    .filter(number -> isOfTheTenth(market.order(number).buyerId()))
                    .count();
            long contacts = IntStream.range(0, market.contacts())
                    .filter(number -> isOfTheTenth(market.contact(number).buyerId()))
                    .count();
            return records(orders + contacts);
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

    /** The buyers of {@link #RECORDS_OF_A_TENTH}. */
    static final Selection TENTH = new Selection(null, null, 0.1);

    private static boolean isOfTheTenth(String buyerId) {
        return TENTH.takesBuyer(buyerId.getBytes(StandardCharsets.UTF_8));
    }

    /** The result that a contender with this claim must have. */
    public abstract String of(Market market, Counts truth);

    static String records(long records) {
        return "records=" + records;
    }

    static String touches(long touches) {
        return "touches=" + touches;
    }
}
