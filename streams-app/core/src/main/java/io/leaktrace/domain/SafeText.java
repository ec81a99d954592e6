package io.leaktrace.domain;

/**
 * Text from outside, such as an id of a record, made safe for the place where it is shown. Ids are data: whatever they
 * hold, a terminal and a spreadsheet must not act on it.
 */
public final class SafeText {

    /**
     * Characters that make a spreadsheet take a cell for a formula, as OWASP lists them under "CSV injection", besides
     * control characters.
     */
    private static final String FORMULA_STARTS = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    private static final char TEXT_MARK = '\'';

    private SafeText() {}

    /**
     * Whether the text has half of a surrogate pair, as JSON can write it. It has no form in UTF-8: Java would send a
     * question mark in its place, and two ids, or a buyer and another, would become one.
     */
    public static boolean hasLoneSurrogate(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                boolean pair =
                        at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
                if (!pair) {
                    return true;
                }
                at++;
            }
        }
        return false;
    }

    /**
     * The text for a terminal or a log: each character that moves the cursor, changes colours, reverses the direction of
     * writing, starts a line or cannot be seen is written as its code, as in {@code \u001B}.
     *
     * @param text may be null
     * @return null for null
     */
    public static String forTerminal(String text) {
        if (text == null || text.codePoints().noneMatch(SafeText::isUnsafe)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (isUnsafe(character)) {
                safe.append(String.format(character > 0xFFFF ? "\\U%08X" : "\\u%04X", character));
            } else {
                safe.appendCodePoint(character);
            }
        });
        return safe.toString();
    }

    /**
     * The text for a message of several lines on a terminal: as {@link #forTerminal}, but line ends stay.
     *
     * @param text may be null
     * @return null for null
     */
    public static String linesForTerminal(String text) {
        if (text == null || text.codePoints().noneMatch(SafeText::isUnsafe)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            safe.append(i == 0 ? "" : "\n").append(forTerminal(lines[i]));
        }
        return safe.toString();
    }

    private static boolean isUnsafe(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    /**
     * The text for a cell of a CSV file. A text that a spreadsheet would take for a formula gets an apostrophe in front;
     * so does one that would be mistaken for such a text, so that {@link #fromSpreadsheet} gives each text back.
     *
     * @param text not null; numbers of our own are not to be passed here, a negative one would become text
     */
    public static String forSpreadsheet(String text) {
        return startsFormula(text, marks(text)) ? TEXT_MARK + text : text;
    }

    /** The text from which {@link #forSpreadsheet} made a cell. */
    public static String fromSpreadsheet(String cell) {
        int marks = marks(cell);
        return marks > 0 && startsFormula(cell, marks) ? cell.substring(1) : cell;
    }

    /** Number of apostrophes at the start. */
    private static int marks(String text) {
        int marks = 0;
        while (marks < text.length() && text.charAt(marks) == TEXT_MARK) {
            marks++;
        }
        return marks;
    }

    private static boolean startsFormula(String text, int at) {
        return at < text.length()
                && (FORMULA_STARTS.indexOf(text.charAt(at)) >= 0 || Character.isISOControl(text.charAt(at)));
    }
}
