package io.longhaul.job.file;

import io.longhaul.job.Characters;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What BG_FILE_INFO's remote name may be here: an http or https URL of URL-legal characters. */
public final class RemoteName {
    private static final int LONGEST = 2200;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*");

    private RemoteName() {}

    /** Why the text cannot be one, in a sentence; empty where it can. */
    public static Optional<String> problem(String name) {
        return Optional.ofNullable(urlProblem(name));
    }

    /** {@code scheme://name:port} of a URL, in small letters and with the scheme's own port where it names none. */
    static String origin(String url) {
        return URI.create(url).getScheme().toLowerCase(Locale.ROOT) + "://" + RemoteHost.of(url);
    }

    /** How many characters at the beginning of a URL name its scheme, host and port. */
    public static int originLength(String url) {
        URI parsed = URI.create(url);
        return parsed.getScheme().length()
                + "://".length()
                + parsed.getRawAuthority().length();
    }

    private static @Nullable String urlProblem(String name) {
        if (name.isEmpty()) return "It must not be empty.";
        if (Characters.in(name) > LONGEST) return "It must not be longer than " + LONGEST + " characters.";
        if (!LEGAL.matcher(name).matches()) return "It must have only characters that are legal in a URL.";
        URI url;
        try {
            url = new URI(name);
        } catch (URISyntaxException malformed) {
            return "It must be a URL.";
        }
        String scheme = url.getScheme();
        if (scheme == null || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https")))
            return "It must be an http or https URL.";
        if (url.getRawUserInfo() != null) return "It must not have a user name or a password.";
        if (url.getHost() == null)
            return hasUnderscore(url) ? "The name of a host must have no underscore." : "It must name a host.";
        if (url.getPort() == 0 || url.getPort() > HIGHEST_PORT) return "Its port must be 1 to 65535.";
        return null;
    }

    /** Names of services in Compose may, but those of hosts may not, and neither URI nor TLS takes them for one. */
    private static boolean hasUnderscore(URI url) {
        String authority = url.getRawAuthority();
        return authority != null && authority.indexOf('_', authority.lastIndexOf('@') + 1) >= 0;
    }
}
