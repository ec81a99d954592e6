package io.leaktrace.topology;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Finding;
import io.leaktrace.engine.LocalizeStage;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.Solution;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Hands what correlate tasks tell to the {@link LocalizeStage}, publishes what it finds, and keeps it for who asks. */
final class LocalizeProcessor implements Processor<String, Correlation, String, Finding> {

    private final Supplier<MarketBook> newBook;
    private final int findingDays;

    private LocalizeStage stage;

    /**
     * @param findingDays how long findings are kept in the store; 0 keeps none
     */
    LocalizeProcessor(Supplier<MarketBook> newBook, int findingDays) {
        this.newBook = newBook;
        this.findingDays = findingDays;
    }

    @Override
    public void init(ProcessorContext<String, Finding> context) {
        FindingStore kept = new FindingStore(context.getStateStore(Findings.STORE), findingDays);
        stage = new LocalizeStage(newBook.get(), MarketStateStore.of(context), new LocalizeStage.Listener() {
            @Override
            public void onFinding(Finding finding, long end) {
                kept.keep(finding);
                // Brokers reject records whose time is ahead of their clock, as the end of a replay's last epoch may
                // be.
                long time = Math.min(end, context.currentSystemTimeMs());
                Record<String, Finding> record = new Record<>(finding.key(), finding, time);
                context.forward(finding instanceof Alert alert ? record.withHeaders(CloudEvents.of(alert)) : record);
            }

            @Override
            public void onClosed(Solution solution, MarketBook book) {
                book.erasedBuyers().forEach(erased -> kept.forgetBuyer(erased.buyerId(), erased.at()));
                kept.forget(solution.forgotten());
                long end = solution.market().closed();
                if (end % EventTime.DAY == 0) {
                    kept.forgetBefore(end);
                }
            }
        });
    }

    @Override
    public void process(Record<String, Correlation> record) {
        stage.accept(record.value());
    }
}
