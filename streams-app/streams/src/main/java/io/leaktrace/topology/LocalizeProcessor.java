package io.leaktrace.topology;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Finding;
import io.leaktrace.engine.LocalizeStage;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.MarketBook;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Passes correlations to the {@link LocalizeStage}, publishes its findings, and stores them for the API. */
final class LocalizeProcessor implements Processor<String, Correlation, String, Finding> {

    private final Supplier<MarketBook> newBook;
    private final int findingDays;

    private LocalizeStage stage;

    /** @param findingDays retention of findings in the store in days; 0 stores none */
    LocalizeProcessor(Supplier<MarketBook> newBook, int findingDays) {
        this.newBook = newBook;
        this.findingDays = findingDays;
    }

    @Override
    public void init(ProcessorContext<String, Finding> context) {
        FindingWriter findingWriter = new FindingWriter(context.getStateStore(Findings.STORE), findingDays);
        stage = new LocalizeStage(newBook.get(), MarketStateStore.of(context), new LocalizeStage.Listener() {
            @Override
            public void onFinding(Finding finding, long end) {
                findingWriter.write(finding);
                // Brokers reject records whose time is ahead of their clock, as the end of a replay's last epoch may
                // be.
                long time = Math.min(end, context.currentSystemTimeMs());
                Record<String, Finding> record = new Record<>(finding.key(), finding, time);
                context.forward(finding instanceof Alert alert ? record.withHeaders(CloudEvents.of(alert)) : record);
            }

            @Override
            public void onClosed(EpochResult solution, MarketBook book) {
                book.erasedBuyers().forEach(erased -> findingWriter.deleteBuyer(erased.buyerId(), erased.at()));
                findingWriter.deleteCustodians(solution.forgotten());
                long end = solution.market().closed();
                if (end % EventTime.DAY == 0) {
                    findingWriter.deleteBefore(end);
                }
            }
        });
    }

    @Override
    public void process(Record<String, Correlation> record) {
        stage.accept(record.value());
    }
}
