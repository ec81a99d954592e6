package io.leaktrace.runtime;

import java.util.List;

/** Settings that cannot be used, with everything that is wrong with them. */
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
