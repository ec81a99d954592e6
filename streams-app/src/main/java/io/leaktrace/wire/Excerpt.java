package io.leaktrace.wire;

/** The beginning of a text that came from elsewhere, on one line, for a message. */
final class Excerpt {

    private static final int LONGEST = 120;

    private Excerpt() {}

    /** At most 120 characters, without control characters; "nothing" for null or a blank text. */
    static String of(String text) {
        if (text == null || text.isBlank()) {
            return "nothing";
        }
        String beginning = text.substring(0, Math.min(text.length(), 4 * LONGEST));
        String line = beginning.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() > LONGEST || beginning.length() < text.length()
                ? line.substring(0, Math.min(line.length(), LONGEST)) + "…"
                : line;
    }
}
