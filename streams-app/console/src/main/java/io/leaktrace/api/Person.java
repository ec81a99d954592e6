package io.leaktrace.api;

import java.util.Set;

/**
 * Somebody who asks.
 *
 * @param name as in the file of tokens, or null where there is none
 */
record Person(String name, Set<Role> roles) {

    /** The name under which a decision is put on record. */
    String signature() {
        return name == null ? "console" : name;
    }
}
