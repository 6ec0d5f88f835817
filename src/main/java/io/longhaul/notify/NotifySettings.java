package io.longhaul.notify;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How owners are told.
 *
 * @param secrets each signs every webhook; none: they are not signed
 * @param timeout of one call of a webhook
 * @param atOnce so many attempts of the whole cluster
 * @param perOwner so many of one owner's
 * @param firstRetry after the first attempt that failed; each further one waits for twice as long
 * @param longestRetry and never longer than that
 * @param commands the operator's, by name: a program and its arguments
 * @param commandTimeout after which a command is ended
 */
public record NotifySettings(
        List<String> secrets,
        Duration timeout,
        int atOnce,
        int perOwner,
        Duration firstRetry,
        Duration longestRetry,
        Map<String, List<String>> commands,
        Duration commandTimeout) {
    /** For what is slow besides: the database, and a thread that waits for its turn. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    public NotifySettings {
        secrets = List.copyOf(secrets);
        commands = Map.copyOf(commands);
    }

    /** How long an attempt may take, after which whoever made it must be gone. */
    Duration longestAttempt() {
        Duration longest = timeout.plus(MARGIN);
        return commands.isEmpty() ? longest : longest.plus(commandTimeout);
    }

    @Override
    public String toString() {
        return "NotifySettings[]"; // no secret gets into a log
    }
}
