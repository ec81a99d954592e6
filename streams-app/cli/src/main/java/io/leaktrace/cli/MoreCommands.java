package io.leaktrace.cli;

import java.util.List;
import java.util.ServiceLoader;

/**
 * Commands that are there only if a module that has them is on the class path; found by {@link ServiceLoader}. Those of the
 * lab are not in the image.
 */
public interface MoreCommands {

    /** Returns command objects of picocli. */
    List<Object> commands();
}
