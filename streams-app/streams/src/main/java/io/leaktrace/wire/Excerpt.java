package io.leaktrace.wire;

import io.leaktrace.domain.SafeText;

/** Shortens a text from outside to one line, for a message. */
public final class Excerpt {

    private static final int MAX_LENGTH = 120;

    private Excerpt() {}

    /**
     * Returns at most 120 characters of the text, safe for a terminal ({@link SafeText}); "nothing" for null or a blank
     * text.
     */
    public static String of(String text) {
        if (text == null || text.isBlank()) {
            return "nothing";
        }
        String beginning = text.substring(0, Math.min(text.length(), 4 * MAX_LENGTH));
        String line = beginning.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return SafeText.forTerminal(
                line.length() > MAX_LENGTH || beginning.length() < text.length()
                        ? line.substring(0, Math.min(line.length(), MAX_LENGTH)) + "…"
                        : line);
    }
}
