package io.leaktrace.api;

import io.leaktrace.runtime.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of tokens: one line per token with name, roles and the SHA-256 of the token, as in {@code mei read,decide
 * 9f86d0…}. Empty lines and lines that begin with # are skipped. A person may have several tokens, so that one can
 * replace another.
 */
final class Tokens {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    private static final String MAKE_ONE =
            "make a token with 'openssl rand -hex 24' and write down the output of: " + "printf %s TOKEN | sha256sum";

    /** A token with fewer characters can be guessed; it is accepted with a warning. */
    private static final int MIN_LENGTH = 16;

    /** Publicly known tokens: those hashed by a wrong command, and those once shown in the documentation. */
    private static final List<String> PUBLIC_TOKENS =
            List.of("", " ", "\n", "\r\n", "TOKEN", "leaktrace", "test", "test2");

    private final Path file;
    /** People by the SHA-256 of their token, in lower-case hexadecimal. */
    private final Map<String, Person> people = new HashMap<>();

    private final Set<Person> warned = ConcurrentHashMap.newKeySet();

    private Tokens(Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @throws StartException if it cannot be used; the message names file and line, but no token
     */
    static Tokens read(Path file) {
        Tokens tokens = new Tokens(file);
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    tokens.add(i + 1, line);
                }
            }
        } catch (IOException e) {
            throw new StartException("cannot read the tokens in " + file + ": " + e, e);
        }
        if (tokens.people.isEmpty()) {
            throw new StartException("there is no token in " + file + ", so no request could be accepted; " + MAKE_ONE);
        }
        return tokens;
    }

    private void add(int number, String line) {
        String[] parts = line.split("\\s+");
        if (parts.length != 3 || !parts[2].matches("[0-9a-fA-F]{64}")) {
            throw problemAt(
                    number,
                    "expected a name, roles such as read,decide, and the SHA-256 of a token in 64 hexadecimal digits; "
                            + MAKE_ONE);
        }
        String hash = parts[2].toLowerCase(Locale.ROOT);
        for (String known : PUBLIC_TOKENS) {
            if (hash.equals(DigestUtils.sha256Hex(known))) {
                throw problemAt(
                        number,
                        (known.isBlank() ? "this is the SHA-256 of an empty token" : "this token is publicly known")
                                + ", which lets anyone in; " + MAKE_ONE);
            }
        }
        if (people.putIfAbsent(hash, new Person(parts[0], roles(number, parts[1]))) != null) {
            throw problemAt(number, "another line has the same token; each person needs their own; " + MAKE_ONE);
        }
    }

    private Set<Permission> roles(int number, String names) {
        Set<Permission> roles = EnumSet.noneOf(Permission.class);
        for (String name : names.split(",")) {
            try {
                roles.add(Permission.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw problemAt(number, "there is no role '" + name + "'; there are read, decide and reveal");
            }
        }
        return roles;
    }

    private StartException problemAt(int number, String problem) {
        return new StartException(file + ", line " + number + ": " + problem);
    }

    /** The owner of a token; empty if the token is blank or unknown. */
    Optional<Person> person(String token) {
        if (token.isBlank()) {
            return Optional.empty();
        }
        // By its hash, so that the duration of the lookup reveals nothing about the token.
        Person person = people.get(DigestUtils.sha256Hex(token));
        if (person != null && token.length() < MIN_LENGTH && warned.add(person)) {
            LOG.warn(
                    "A token of '{}' in {} has fewer than {} characters and can be guessed; {}",
                    person.name(),
                    file,
                    MIN_LENGTH,
                    MAKE_ONE);
        }
        return Optional.ofNullable(person);
    }
}
