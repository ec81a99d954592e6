package io.leaktrace.domain;

import java.io.IOException;
import java.io.Reader;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads texts in the form of Java properties. */
public final class PropertiesText {

    private PropertiesText() {}

    /**
     * Returns the values by name, the last one of a name that is set twice.
     *
     * @param setTwice receives each name whose value is replaced
     * @throws IllegalArgumentException if there is a malformed Unicode escape
     */
    public static SortedMap<String, String> read(Reader text, Consumer<String> setTwice) throws IOException {
        SortedMap<String, String> values = new TreeMap<>();
        Properties properties = new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Object put(Object name, Object value) {
                String before = values.put(name.toString(), value.toString());
                if (before != null) {
                    setTwice.accept(name.toString());
                }
                return before;
            }
        };
        properties.load(text);
        return values;
    }
}
