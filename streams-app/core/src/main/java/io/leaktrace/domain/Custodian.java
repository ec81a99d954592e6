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

    private static Role roleOf(String name) {
        try {
            return Role.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("unknown role '" + name + "'", e);
        }
    }

    @Override
    public int compareTo(Custodian other) {
        int byRole = role.name().compareTo(other.role.name());
        return byRole != 0 ? byRole : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return role + ":" + id;
    }
}
