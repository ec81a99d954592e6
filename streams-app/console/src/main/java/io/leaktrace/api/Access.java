package io.leaktrace.api;

import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.EnumSet;

/**
 * Who may do what. Without a file of tokens, any local user has every role, and nobody else is answered. With or without,
 * a request is answered only under a name of this instance.
 */
final class Access {

    /** Null without a file. */
    private final Tokens tokens;

    private final Hosts hosts;

    private Access(Tokens tokens, Hosts hosts) {
        this.tokens = tokens;
        this.hosts = hosts;
    }

    /**
     * Reads who may do what.
     *
     * @throws StartException if the file cannot be used, or if there is none and others than this machine could ask
     */
    static Access of(Settings settings) {
        String host = settings.get(Setting.HTTP_HOST);
        InetAddress address = address(host);
        if (address.isAnyLocalAddress() && settings.get(Setting.HTTP_ADVERTISED).isEmpty()) {
            throw new StartException("http.host is " + host
                    + ", which is every address of this machine; say with http.advertised=HOST:PORT under which one "
                    + "other instances reach it");
        }
        String file = settings.get(Setting.HTTP_TOKENS);
        if (!file.isEmpty()) {
            return new Access(Tokens.read(Path.of(file)), Hosts.of(settings));
        }
        if (!address.isLoopbackAddress()) {
            throw new StartException("http.host is " + host
                    + ", which others can reach, but there are no tokens; name a file of them with http.tokens, or "
                    + "listen on 127.0.0.1");
        }
        return new Access(null, Hosts.loopback());
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new StartException("http.host is " + host + ", which is no address of this machine", e);
        }
    }

    /**
     * Lets a request through that was sent to a name of this instance.
     *
     * @param host the header of that name, or null
     * @throws Problem if the name is another one
     */
    void requireHost(String host) {
        if (!hosts.allows(host)) {
            throw new Problem(
                    403,
                    tokens == null
                            ? "this instance has no tokens, and so answers only under the names " + hosts
                                    + "; http.tokens lets others in"
                            : "this instance does not answer under this name; the setting http.allowed.hosts takes "
                                    + "further names, separated by commas");
        }
    }

    /**
     * The person who asks.
     *
     * @param authorization the header of that name, or null
     * @throws Problem if nobody has this token
     */
    Person person(String authorization) {
        if (tokens == null) {
            return new Person(null, EnumSet.allOf(Role.class));
        }
        boolean bearer = authorization != null && authorization.startsWith("Bearer ");
        String token = bearer ? authorization.substring("Bearer ".length()).strip() : "";
        return tokens.person(token)
                .orElseThrow(() -> new Problem(
                        401, "a token is needed that Leaktrace knows, as in 'Authorization: Bearer TOKEN'"));
    }
}
