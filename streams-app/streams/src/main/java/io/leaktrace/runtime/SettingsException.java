package io.leaktrace.runtime;

import java.util.List;

/** Settings are invalid; contains all problems. */
public class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public SettingsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
