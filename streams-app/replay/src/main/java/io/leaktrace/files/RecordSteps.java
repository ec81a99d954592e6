package io.leaktrace.files;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What is done with each record that is read. Both steps may throw an {@link InvalidRecordException}, by which the record
 * is reported and left out.
 *
 * @param <T> record
 * @param <R> prepared record
 * @param prepare creates, for each thread, the step that is done in any thread
 * @param accept the step that is done in the calling thread, in the order of the input
 */
public record RecordSteps<T, R>(Supplier<Function<T, R>> prepare, Consumer<R> accept) {

    /** Everything in the calling thread. */
    public static <T> RecordSteps<T, T> inOrder(Consumer<T> accept) {
        return new RecordSteps<>(Function::identity, accept);
    }

    /** The same steps for what a change makes of each record; the change is made in any thread. */
    public RecordSteps<T, R> after(UnaryOperator<T> change) {
        return new RecordSteps<>(() -> change.andThen(prepare.get()), accept);
    }
}
