package io.leaktrace.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the code, as recorded by the build. */
public final class Version {

    private Version() {}

    public static String text() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/leaktrace-version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
