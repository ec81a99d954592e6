package io.leaktrace.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One address of a schema registry, apart from the login that may have stood in it.
 *
 * @param base scheme, host, port and path prefix, without a slash at the end
 * @param login {@code user:password} as decoded from the address, or null; never printed
 */
record RegistryAddress(URI base, String login) {

    /**
     * Reads addresses that are separated by commas.
     *
     * @throws IllegalArgumentException if one of them is wrong; the message holds no login
     */
    static List<RegistryAddress> parse(String addresses) {
        List<RegistryAddress> parsed = new ArrayList<>();
        for (String address : addresses.split(",")) {
            if (!address.isBlank()) {
                parsed.add(parseOne(address.trim()));
            }
        }
        if (parsed.isEmpty()) {
            throw new IllegalArgumentException(RegistryConfig.URL + " must not be empty");
        }
        return List.copyOf(parsed);
    }

    private static RegistryAddress parseOne(String address) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw wrong(address, "it is no URL; special characters in a login there must be percent-encoded");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw wrong(address, "it must begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw wrong(address, "it names no host that Java accepts (no '_' in host names)");
        }
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw wrong(address, "it must end with the path, without '?' or '#'");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        return new RegistryAddress(origin(uri, path), uri.getUserInfo());
    }

    private static URI origin(URI uri, String path) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return URI.create(uri.getScheme() + "://" + uri.getHost() + port + path);
    }

    private static IllegalArgumentException wrong(String address, String reason) {
        // Whatever stands before the last @ may be a login.
        String shown = address.contains("@") ? "…" + address.substring(address.lastIndexOf('@')) : address;
        return new IllegalArgumentException(RegistryConfig.URL + " has the address '" + shown + "': " + reason);
    }

    /** The address of a path of the API. */
    URI at(String path) {
        return URI.create(base + path);
    }

    boolean isSameOrigin(URI other) {
        return other.getHost() != null
                && base.getScheme().equalsIgnoreCase(other.getScheme())
                && base.getHost().equalsIgnoreCase(other.getHost())
                && base.getPort() == other.getPort();
    }

    /** Scheme, host, port and path of an address, as it may be printed. */
    static String shown(URI uri) {
        return uri.getHost() == null
                ? "another address"
                : origin(uri, uri.getRawPath()).toString();
    }

    /** Without the login. */
    @Override
    public String toString() {
        return base.toString();
    }
}
