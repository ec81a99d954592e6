package io.leaktrace.topics;

import io.leaktrace.files.InputFiles;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Settings;
import java.io.IOException;

/**
 * Brings files into the input topics, in the order of event time. A record's timestamp is the time at which it is sent:
 * retention counts from then, and brokers, which refuse timestamps too far from their clock, refuse none for it.
 */
public final class FileLoad {

    /**
     * What was sent.
     *
     * @param orders order events that arrived
     * @param contacts scam contacts that arrived
     * @param tooLarge records that the topics' settings did not let in
     */
    public record Sent(long orders, long contacts, long tooLarge) {}

    private FileLoad() {}

    /**
     * Reads and checks the files, and sends what they hold once all of it has been read. Keys are placed as those are that
     * the topics hold already.
     */
    public static Sent load(Settings settings, InputFiles input, ProgressListener listener) throws IOException {
        String orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        input.read(settings.wire(), orders, contacts, listener, done -> listener.onProgress("Reading", done, -1));
        long total = input.read();
        PlacementSample sample = PlacementSample.of(settings);
        try (TopicLoader loader = new TopicLoader(settings)) {
            long ordersSent = loader.load(
                    input.orderEvents(),
                    orders,
                    sample.rule(orders),
                    done -> listener.onProgress("Loading", done, total));
            long contactsSent = loader.load(
                    input.scamContacts(),
                    contacts,
                    sample.rule(contacts),
                    done -> listener.onProgress("Loading", done, total));
            return new Sent(ordersSent, contactsSent, loader.tooLarge());
        }
    }
}
