package io.leaktrace.history;

import io.leaktrace.runtime.Settings;
import java.io.IOException;

/** Brings files into the input topics, in the order of event time. */
public final class FileLoad {

    private FileLoad() {}

    /** Reads the files, and sends what they hold once all of it has been read. */
    public static void load(Settings settings, InputFiles input, Replay.Listener listener) throws IOException {
        String orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        input.read(settings.wire(), orders, contacts, listener, done -> listener.onProgress("Reading", done, -1));
        long total = input.read();
        try (TopicLoader loader = new TopicLoader(settings)) {
            loader.load(input.orderEvents(), orders, done -> listener.onProgress("Loading", done, total));
            loader.load(input.scamContacts(), contacts, done -> listener.onProgress("Loading", done, total));
        }
    }
}
