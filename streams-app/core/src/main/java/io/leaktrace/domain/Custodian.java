package io.leaktrace.domain;

/**
 * A party that holds an order's data. Ordered by name of role, then by id, so that every list and sum over custodians
 * has a fixed order.
 */
public record Custodian(Role role, String id) implements Comparable<Custodian> {

    public Custodian {
        if (role == null) {
            throw new IllegalArgumentException("a custodian needs a role");
        }
        if (id == null || id.isBlank()) {
            throw new IllegalArgumentException("a custodian needs an id");
        }
    }

    /**
     * Parses {@code ROLE:id}.
     *
     * @throws IllegalArgumentException if the role is unknown or the id is missing
     */
    public static Custodian parse(String written) {
        int colon = written.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "a custodian is written ROLE:id, as in SELLER:s-17, not '" + written + "'");
        }
        return new Custodian(roleOf(written.substring(0, colon)), written.substring(colon + 1));
    }

    /**
     * Returns the custodian that an access by this one is also an access of: its id up to the last slash, as {@code
     * s-17} for the part {@code s-17/agent-4}; a whole may be a part itself. Null for an id without a slash between two names. Only custodians of
     * {@link OrderEventType#ACCESSED} events are parts.
     */
    public Custodian whole() {
        int slash = id.lastIndexOf('/');
        boolean isPart = slash > 0
                && !id.substring(0, slash).isBlank()
                && !id.substring(slash + 1).isBlank();
        return isPart ? new Custodian(role, id.substring(0, slash)) : null;
    }

    private static Role roleOf(String name) {
        try {
            return Role.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("unknown role '" + name + "'", e);
        }
    }

    /** Written out, since those of a record are slower, and each order event looks several custodians up. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Custodian custodian && role == custodian.role && id.equals(custodian.id);
    }

    @Override
    public int hashCode() {
        return 31 * id.hashCode() + role.ordinal();
    }

    @Override
    public int compareTo(Custodian other) {
        return role == other.role ? id.compareTo(other.id) : role.name().compareTo(other.role.name());
    }

    @Override
    public String toString() {
        return role + ":" + id;
    }
}
