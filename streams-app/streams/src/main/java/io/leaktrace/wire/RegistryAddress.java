package io.leaktrace.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One address of a schema registry, with its login kept separately.
 *
 * @param base scheme, host, port and path prefix, without a slash at the end
 * @param login {@code user:password} as decoded from the address, or null; never printed
 */
record RegistryAddress(URI base, String login) {

    /** A comma before another address or at the end, not one in a password. */
    private static final Pattern SEPARATOR = Pattern.compile(",(?=\\s*(,|$|[A-Za-z][A-Za-z0-9+.-]*://))");

    /** Matches addresses that cannot hold a login: host and optional numeric port. */
    private static final Pattern WITHOUT_LOGIN =
            Pattern.compile("([A-Za-z+.-]+://)?[\\w.\\[\\]-]*(:\\d*)?([/?#](?!/).*)?");

    /**
     * Parses addresses separated by commas.
     *
     * @throws IllegalArgumentException if one of them is wrong; the message holds no login
     */
    static List<RegistryAddress> parse(String addresses) {
        List<RegistryAddress> parsed = new ArrayList<>();
        for (String address : SEPARATOR.split(addresses)) {
            if (!address.isBlank()) {
                parsed.add(parseOne(address.trim(), addresses.contains("@")));
            }
        }
        if (parsed.isEmpty()) {
            throw new IllegalArgumentException(RegistryConfig.URL + " must not be empty");
        }
        return List.copyOf(parsed);
    }

    /** @param login whether one of the addresses has a login; then no part of them may be printed */
    private static RegistryAddress parseOne(String address, boolean login) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw wrong(address, login, "it is not a URL; special characters in a login must be percent-encoded");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw wrong(address, login, "it must begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw wrong(address, login, "it names no host that Java accepts (no '_' in host names)");
        }
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw wrong(address, login, "it must end with the path, without '?' or '#'");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (path.contains("@")) {
            throw wrong(address, login, "its path has an '@'; special characters in a login must be percent-encoded");
        }
        return new RegistryAddress(origin(uri, path), uri.getUserInfo());
    }

    private static URI origin(URI uri, String path) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return URI.create(uri.getScheme() + "://" + uri.getHost() + port + path);
    }

    private static IllegalArgumentException wrong(String address, boolean login, String reason) {
        String shown = address;
        if (login || !WITHOUT_LOGIN.matcher(address).matches()) {
            // Anything before the last @ may be a login.
            int at = address.lastIndexOf('@');
            shown = "…" + (at < 0 ? "" : address.substring(at));
        }
        return new IllegalArgumentException(RegistryConfig.URL + " has the address '" + shown + "': " + reason);
    }

    /** Returns the URI of a path of the API. */
    URI at(String path) {
        return URI.create(base + path);
    }

    boolean isSameOrigin(URI other) {
        return other.getHost() != null
                && base.getScheme().equalsIgnoreCase(other.getScheme())
                && base.getHost().equalsIgnoreCase(other.getHost())
                && base.getPort() == other.getPort();
    }

    /** Returns scheme, host, port and path of an address, without secrets. */
    static String shown(URI uri) {
        return uri.getHost() == null
                ? "another address"
                : origin(uri, uri.getRawPath()).toString();
    }

    /** Returns the address without the login. */
    @Override
    public String toString() {
        return base.toString();
    }
}
