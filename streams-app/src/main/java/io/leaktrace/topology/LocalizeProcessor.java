package io.leaktrace.topology;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.Suspect;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.Solution;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Hands what correlate tasks tell to the {@link MarketBook}, closes the epochs that can be closed, and publishes them. */
final class LocalizeProcessor implements Processor<String, Correlation, String, Finding> {

    /** Besides the suspects, why the next so many stand where they stand is told at the end of a day. */
    private static final int EXPLAINED_BESIDES = 100;

    private final Supplier<MarketBook> newBook;
    private final int findingDays;

    private ProcessorContext<String, Finding> context;
    private MarketStores stores;
    private FindingStore findings;
    private MarketBook book;

    /**
     * @param findingDays how long findings are kept in the store; 0 keeps none
     */
    LocalizeProcessor(Supplier<MarketBook> newBook, int findingDays) {
        this.newBook = newBook;
        this.findingDays = findingDays;
    }

    @Override
    public void init(ProcessorContext<String, Finding> processorContext) {
        context = processorContext;
        stores = new MarketStores(context);
        findings = new FindingStore(context.getStateStore(Findings.STORE), findingDays);
        book = newBook.get();
        stores.restore(book);
    }

    @Override
    public void process(Record<String, Correlation> record) {
        Correlation told = record.value();
        boolean late = book.accept(told);
        stores.keep(told, late, book.counts());
        if (told instanceof Progress) {
            while (book.closable().isPresent()) {
                Solution solution = book.close();
                stores.keep(solution, book);
                book.erasedContacts().forEach(findings::forget);
                findings.forget(solution.forgotten());
                publish(solution, book.closable().isEmpty() && book.atEnd());
            }
        }
    }

    /**
     * Publishes an epoch. Suspects that nothing is held against are published at the end of a day only, or when the
     * input has ended.
     */
    private void publish(Solution solution, boolean last) {
        long end = solution.market().closed();
        boolean all = last || end % EventTime.DAY == 0;
        for (Suspect suspect : solution.suspects()) {
            boolean suspected = suspect.status() != Suspect.Status.CLEAR;
            if (all || suspected || solution.statusChanged().contains(suspect.custodian())) {
                forward(suspect, end);
            }
        }
        solution.alerts().forEach(alert -> forward(alert, end));
        solution.explainer().explain(all ? EXPLAINED_BESIDES : 0).forEach(explanation -> forward(explanation, end));
        solution.evidence().forEach(evidence -> forward(evidence, end));
        // Last, so that whoever sees it can rely on having the rest.
        forward(solution.epoch(), end);
        if (all) {
            findings.forgetBefore(end);
        }
    }

    private void forward(Finding finding, long end) {
        findings.keep(finding);
        Record<String, Finding> record = new Record<>(finding.key(), finding, end);
        context.forward(finding instanceof Alert alert ? record.withHeaders(CloudEvents.of(alert)) : record);
    }
}
