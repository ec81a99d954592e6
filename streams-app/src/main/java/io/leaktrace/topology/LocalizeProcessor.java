package io.leaktrace.topology;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Finding;
import io.leaktrace.localize.MarketBook;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Hands what correlate tasks tell to {@link Localizing}, and publishes what it finds. */
final class LocalizeProcessor implements Processor<String, Correlation, String, Finding> {

    private final Supplier<MarketBook> newBook;

    private Localizing localizing;

    LocalizeProcessor(Supplier<MarketBook> newBook) {
        this.newBook = newBook;
    }

    @Override
    public void init(ProcessorContext<String, Finding> context) {
        localizing = new Localizing(
                newBook.get(),
                MarketStores.of(context),
                (finding, end) -> context.forward(new Record<>(finding.key(), finding, end)));
    }

    @Override
    public void process(Record<String, Correlation> record) {
        localizing.accept(record.value());
    }
}
