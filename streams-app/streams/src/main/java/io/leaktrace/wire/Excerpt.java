package io.leaktrace.wire;

import io.leaktrace.domain.SafeText;

/** The beginning of a text that came from elsewhere, on one line, for a message. */
public final class Excerpt {

    private static final int LONGEST = 120;

    private Excerpt() {}

    /** At most 120 characters, safe for a terminal ({@link SafeText}); "nothing" for null or a blank text. */
    public static String of(String text) {
        if (text == null || text.isBlank()) {
            return "nothing";
        }
        String beginning = text.substring(0, Math.min(text.length(), 4 * LONGEST));
        String line = beginning.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return SafeText.forTerminal(
                line.length() > LONGEST || beginning.length() < text.length()
                        ? line.substring(0, Math.min(line.length(), LONGEST)) + "…"
                        : line);
    }
}
