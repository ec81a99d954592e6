package io.leaktrace.topics;

import io.leaktrace.files.InputFiles;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Settings;
import java.io.IOException;

/**
 * Sends files to the input topics, in event-time order. A record's timestamp is the time of sending: retention counts
 * from then, and brokers, which reject timestamps too far from their clock, accept it.
 */
public final class FileLoad {

    /**
     * Numbers of records.
     *
     * @param orders order events that were acknowledged
     * @param contacts scam contacts that were acknowledged
     * @param tooLarge records rejected because of their topic's size limit
     */
    public record Sent(long orders, long contacts, long tooLarge) {}

    private FileLoad() {}

    /**
     * Reads and checks all files, then sends their records. Keys are partitioned by the same rule as the records that
     * the topics hold already.
     */
    public static Sent load(Settings settings, InputFiles input, ProgressListener listener) throws IOException {
        String orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        input.read(
                settings.wire(),
                orders,
                contacts,
                record -> {},
                listener,
                done -> listener.onProgress("Reading", done, -1));
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
