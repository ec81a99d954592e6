package io.leaktrace.api;

import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Who may do what. The file of tokens has a person a line: name, roles and the SHA-256 of the token, as in {@code mei
 * read,decide 9f86d0…}; lines that begin with # are passed over. Without a file, everybody on this machine may do
 * everything, and nobody else is listened to.
 */
final class Access {

    private static final Set<String> LOCAL_NAMES = new TreeSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));

    /** By the SHA-256 of the token; null without a file. */
    private final Map<String, Person> people;

    private Access(Map<String, Person> people) {
        this.people = people;
    }

    /**
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
            return new Access(read(Path.of(file)));
        }
        if (!address.isLoopbackAddress()) {
            throw new StartException("http.host is " + host
                    + ", which others can reach, but there are no tokens; name a file of them with http.tokens, or "
                    + "listen on 127.0.0.1");
        }
        return new Access(null);
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new StartException("http.host is " + host + ", which is no address of this machine", e);
        }
    }

    private static Map<String, Person> read(Path file) {
        Map<String, Person> people = new HashMap<>();
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    String[] parts = line.split("\\s+");
                    if (parts.length != 3 || !parts[2].matches("[0-9a-fA-F]{64}")) {
                        throw new StartException(
                                file + ", line " + (i + 1) + ": expected a name, roles such as read,decide, and the "
                                        + "SHA-256 of a token in 64 hexadecimal digits");
                    }
                    people.put(parts[2].toLowerCase(Locale.ROOT), new Person(parts[0], roles(file, i + 1, parts[1])));
                }
            }
        } catch (IOException e) {
            throw new StartException("cannot read the tokens in " + file + ": " + e.getMessage(), e);
        }
        return people;
    }

    private static Set<Role> roles(Path file, int line, String names) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names.split(",")) {
            try {
                roles.add(Role.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new StartException(
                        file + ", line " + line + ": there is no role '" + name
                                + "'; there are read, decide and reveal",
                        e);
            }
        }
        return roles;
    }

    /**
     * The person who asks.
     *
     * @param authorization the header of that name, or null
     * @param host the header of that name, or null
     * @throws Problem if nobody is let in like that
     */
    Person person(String authorization, String host) {
        if (people == null) {
            // A page from elsewhere can make its own name lead to this machine, but not call itself by this machine's.
            if (!LOCAL_NAMES.contains(host == null ? "" : host.replaceAll(":\\d+$", ""))) {
                throw new Problem(
                        403,
                        "this instance has no tokens, and so answers only under the names " + LOCAL_NAMES
                                + "; http.tokens lets others in");
            }
            return new Person(null, EnumSet.allOf(Role.class));
        }
        boolean bearer = authorization != null && authorization.startsWith("Bearer ");
        String token = bearer ? authorization.substring("Bearer ".length()).strip() : "";
        // Looked up by hash, the time it takes says nothing about the token.
        Person person = people.get(DigestUtils.sha256Hex(token));
        if (person == null) {
            throw new Problem(401, "a token is needed that Leaktrace knows, as in 'Authorization: Bearer TOKEN'");
        }
        return person;
    }
}
