package io.leaktrace.api;

import java.util.Set;

/**
 * The sender of a request.
 *
 * @param name as in the file of tokens, or null without such a file
 */
record Person(String name, Set<Permission> roles) {

    /** The name that is recorded with a decision. */
    String signature() {
        return name == null ? "console" : name;
    }
}
