package io.leaktrace.api;

import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.EnumSet;

/**
 * Access control of the API. Without a file of tokens, any local user has every role, and requests from other machines
 * are rejected. In both cases, the {@code Host} of a request must be a name of this instance.
 */
final class Access {

    /** Null without a file of tokens. */
    private final Tokens tokens;

    private final Hosts hosts;

    private Access(Tokens tokens, Hosts hosts) {
        this.tokens = tokens;
        this.hosts = hosts;
    }

    /**
     * Access control according to the settings.
     *
     * @throws StartException if the file of tokens cannot be used, or if there is none and other machines could connect
     */
    static Access of(Settings settings) {
        String host = settings.get(Setting.HTTP_HOST);
        InetAddress address = address(host);
        if (address.isAnyLocalAddress() && settings.get(Setting.HTTP_ADVERTISED).isEmpty()) {
            throw new StartException("http.host is " + host
                    + ", which is every address of this machine; set http.advertised=HOST:PORT to the address at which "
                    + "other instances reach it");
        }
        String file = settings.get(Setting.HTTP_TOKENS);
        if (!file.isEmpty()) {
            return new Access(Tokens.read(Path.of(file)), Hosts.of(settings));
        }
        if (!address.isLoopbackAddress()) {
            throw new StartException("http.host is " + host
                    + ", which other machines can reach, but there are no tokens; set http.tokens to a file of tokens, "
                    + "or listen on 127.0.0.1");
        }
        return new Access(null, Hosts.loopback());
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new StartException("http.host is " + host + ", which is not an address of this machine", e);
        }
    }

    /**
     * Checks that a request was sent to a name of this instance.
     *
     * @param host the header {@code Host}, or null
     * @throws Problem if the name is not one of this instance
     */
    void requireHost(String host) {
        if (!hosts.allows(host)) {
            throw new Problem(
                    403,
                    tokens == null
                            ? "this instance has no tokens, so it accepts only requests to the names " + hosts
                                    + "; set http.tokens to accept others"
                            : "this instance does not accept requests to this name; add it to the setting "
                                    + "http.allowed.hosts, whose names are separated by commas");
        }
    }

    /**
     * The person who sent a request.
     *
     * @param authorization the header {@code Authorization}, or null
     * @throws Problem if the token is missing or unknown
     */
    Person person(String authorization) {
        if (tokens == null) {
            return new Person(null, EnumSet.allOf(Permission.class));
        }
        boolean bearer = authorization != null && authorization.startsWith("Bearer ");
        String token = bearer ? authorization.substring("Bearer ".length()).strip() : "";
        return tokens.person(token)
                .orElseThrow(() -> new Problem(401, "a valid token is needed, as in 'Authorization: Bearer TOKEN'"));
    }
}
