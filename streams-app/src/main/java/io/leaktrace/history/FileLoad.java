package io.leaktrace.history;

import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Settings;
import java.io.IOException;

/** Brings files into the input topics, in the order of event time. */
public final class FileLoad {

    private FileLoad() {}

    /**
     * Reads the files, and sends what they hold once all of it has been read. Keys are placed as those are that the topics
     * hold already.
     */
    public static void load(Settings settings, InputFiles input, Replay.Listener listener) throws IOException {
        String orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        input.read(settings.wire(), orders, contacts, listener, done -> listener.onProgress("Reading", done, -1));
        long total = input.read();
        PlacementSample sample = PlacementSample.of(settings);
        try (TopicLoader loader = new TopicLoader(settings)) {
            loader.load(
                    input.orderEvents(),
                    orders,
                    sample.rule(orders),
                    done -> listener.onProgress("Loading", done, total));
            loader.load(
                    input.scamContacts(),
                    contacts,
                    sample.rule(contacts),
                    done -> listener.onProgress("Loading", done, total));
        }
    }
}
