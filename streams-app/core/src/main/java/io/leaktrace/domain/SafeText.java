package io.leaktrace.domain;

/** Escapes text from outside, such as ids of records, for output: a terminal or a spreadsheet must not interpret it. */
public final class SafeText {

    /**
     * First characters by which a spreadsheet treats a cell as a formula, besides control characters; from OWASP, "CSV
     * injection".
     */
    private static final String FORMULA_STARTS = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    private static final char TEXT_MARK = '\'';

    private SafeText() {}

    /**
     * Returns whether the text has a lone surrogate, as JSON permits. UTF-8 cannot represent it: Java would write a
     * question mark instead, and different ids would become equal.
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
     * Returns the text for a terminal or a log: control and invisible characters, and those that change the writing
     * direction, are replaced by their code, as in {@code \u001B}.
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
     * Returns the text for a message of several lines on a terminal: as {@link #forTerminal}, but line ends stay.
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
     * Returns the text for a cell of a CSV file. A text that a spreadsheet would treat as a formula is prefixed by an
     * apostrophe; so is one that already looks so prefixed, so that {@link #fromSpreadsheet} can restore each text.
     *
     * @param text not null; no number of our own, since a negative one would become text
     */
    public static String forSpreadsheet(String text) {
        return startsFormula(text, marks(text)) ? TEXT_MARK + text : text;
    }

    /** Returns the text from which {@link #forSpreadsheet} made a cell. */
    public static String fromSpreadsheet(String cell) {
        int marks = marks(cell);
        return marks > 0 && startsFormula(cell, marks) ? cell.substring(1) : cell;
    }

    /** Returns the number of apostrophes at the start. */
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
