package io.leaktrace.api;

import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Host names under which this instance accepts requests. A foreign page can point its own name to this address (DNS
 * rebinding), but its requests then contain that name in {@code Host}.
 */
final class Hosts {

    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> names = new TreeSet<>(LOOPBACK);
    private final boolean addresses;

    private Hosts(boolean addresses) {
        this.addresses = addresses;
    }

    /** Loopback names only. */
    static Hosts loopback() {
        return new Hosts(false);
    }

    /**
     * Loopback names, names and addresses of this machine, and those of the settings. Every numeric address is allowed,
     * since DNS rebinding needs a name.
     */
    static Hosts of(Settings settings) {
        Hosts hosts = new Hosts(true);
        hosts.add(settings.get(Setting.HTTP_HOST));
        hosts.add(settings.get(Setting.HTTP_ADVERTISED));
        for (String name : settings.get(Setting.HTTP_ALLOWED_HOSTS).split(",")) {
            hosts.add(name);
        }
        try {
            InetAddress here = InetAddress.getLocalHost();
            hosts.add(here.getHostName());
            hosts.add(here.getCanonicalHostName());
        } catch (UnknownHostException e) {
            // A machine without a host name is reached under the names above.
        }
        return hosts;
    }

    private void add(String host) {
        String name = name(host);
        if (!name.isEmpty()) {
            names.add(name);
        }
    }

    /** A host in lower case, without port and final dot. */
    private static String name(String host) {
        String name = host.strip().toLowerCase(Locale.ROOT);
        // A numeric address of version 6 without brackets has no port.
        boolean hasPort = name.startsWith("[") || name.indexOf(':') == name.lastIndexOf(':');
        return (hasPort ? name.replaceFirst(":\\d*$", "") : name).replaceFirst("\\.$", "");
    }

    /** Whether a request with this {@code Host} header is accepted; false for null. */
    boolean allows(String header) {
        if (header == null) {
            return false;
        }
        String name = name(header);
        return names.contains(name) || addresses && isAddress(name);
    }

    private static boolean isAddress(String name) {
        return name.matches("\\d{1,3}(\\.\\d{1,3}){3}") || name.matches("\\[[0-9a-f:.]+]");
    }

    /** The names, for messages. */
    @Override
    public String toString() {
        return String.join(", ", names);
    }
}
