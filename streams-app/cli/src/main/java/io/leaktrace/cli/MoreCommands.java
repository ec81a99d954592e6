package io.leaktrace.cli;

import java.util.List;
import java.util.ServiceLoader;

/**
 * Provider of commands from an optional module, found by {@link ServiceLoader}. The commands of the lab are not in the
 * image.
 */
public interface MoreCommands {

    /** The picocli command objects. */
    List<Object> commands();
}
