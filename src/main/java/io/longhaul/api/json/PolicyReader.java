package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.JobRules;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthPolicy;
import io.longhaul.policy.Hours;
import io.longhaul.policy.Policies;
import io.longhaul.policy.Policy;
import io.longhaul.policy.Preset;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Policies as an operator writes them. What is not given, or null, says nothing. */
public final class PolicyReader {
    /** Of a bandwidth or a number of jobs; elsewhere a large number does. */
    static final String UNLIMITED = "UNLIMITED";

    private static final int MOST = 1_000_000;
    private static final long HIGHEST = 1L << 53;
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

    /** The last three stand in an answer, which may be sent back as it is. */
    private static final Set<String> ALL =
            Set.of("preset", "fleet", "queues", "owners", "version", "changedAt", "changedBy");

    private static final Set<String> POLICY = Set.of(
            "jobInactivityTimeoutSeconds",
            "maxDownloadTimeSeconds",
            "maxJobsPerMachine",
            "maxJobsPerUser",
            "maxFilesPerJob",
            "maxRangesPerFile",
            "bandwidth");
    private static final Set<String> BANDWIDTH = Set.of("timeZone", "limits", "work", "maintenance");
    private static final Set<String> PERIOD = Set.of("days", "from", "to", "limits");
    private static final Set<String> PRIORITIES =
            Arrays.stream(Priority.values()).map(Priority::name).collect(Collectors.toSet());

    private PolicyReader() {}

    /** All of them. */
    public static Policies policies(JsonNode body) {
        Fields fields = Fields.of(body, "", ALL);
        Preset preset = fields.oneOf(Preset.class, "preset");
        Policy fleet = policy(fields, "fleet");
        Policies policies = new Policies(
                preset == null ? Preset.FLEET : preset,
                fleet == null ? Policy.NONE : fleet,
                named(fields, "queues", JobRules::isQueueName),
                named(fields, "owners", name -> Owner.parse(name).isPresent()));
        if (policies.areTooMany()) throw tooMany();
        return policies;
    }

    /** There may not be so many queues and owners with policies of their own. */
    public static Refusal tooMany() {
        return Refusal.invalid("At most " + Policies.MOST + " queues and owners have policies of their own.");
    }

    /** The version that these are made from; null: it does not say. */
    public static @Nullable Long version(JsonNode body) {
        return Fields.of(body, "", ALL).whole("version");
    }

    /** One of them; null where it is not given. */
    static @Nullable Policy policy(Fields fields, String name) {
        JsonNode value = fields.given(name);
        return value == null ? null : policy(Fields.of(value, fields.name(name), POLICY));
    }

    private static SortedMap<String, Policy> named(Fields fields, String name, Predicate<String> canBe) {
        SortedMap<String, Policy> policies = new TreeMap<>();
        fields.members(name).forEach((key, value) -> {
            if (!canBe.test(key)) throw Refusal.invalid(value.name() + " is a name that none of them can have.");
            policies.put(key, policy(Fields.of(value.node(), value.name(), POLICY)));
        });
        return policies;
    }

    private static Policy policy(Fields fields) {
        Long jobs = limit(fields, "maxJobsPerMachine");
        Long jobsOfUser = limit(fields, "maxJobsPerUser");
        if (jobs != null && jobsOfUser != null && jobsOfUser > jobs)
            throw Refusal.invalid(fields.name("maxJobsPerUser") + " must not be more than maxJobsPerMachine.");
        return new Policy(
                seconds(fields, "jobInactivityTimeoutSeconds"),
                seconds(fields, "maxDownloadTimeSeconds"),
                jobs,
                jobsOfUser,
                number(fields, "maxFilesPerJob"),
                number(fields, "maxRangesPerFile"),
                bandwidth(fields));
    }

    private static @Nullable Duration seconds(Fields fields, String name) {
        Duration given = JobReader.seconds(fields, name);
        if (given != null && (given.toSeconds() < 1 || given.compareTo(JobRules.LONGEST) > 0))
            throw Refusal.invalid(fields.name(name) + " must be 1 to " + JobRules.LONGEST.toSeconds() + ".");
        return given;
    }

    private static @Nullable Integer number(Fields fields, String name) {
        Long given = fields.whole(name);
        if (given == null) return null;
        if (given < 1 || given > MOST) throw Refusal.invalid(fields.name(name) + " must be 1 to " + MOST + ".");
        return Math.toIntExact(given);
    }

    private static @Nullable Long limit(Fields fields, String name) {
        JsonNode value = fields.given(name);
        if (value == null) return null;
        if (value.isTextual() && value.textValue().equals(UNLIMITED)) return Policy.UNLIMITED;
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            long limit = value.longValue();
            if (limit >= 0 && limit <= HIGHEST) return limit;
        }
        throw Refusal.invalid(
                fields.name(name) + " must be a whole number from 0 to " + HIGHEST + ", or \"" + UNLIMITED + "\".");
    }

    private static @Nullable BandwidthPolicy bandwidth(Fields fields) {
        JsonNode value = fields.given("bandwidth");
        if (value == null) return null;
        Fields members = Fields.of(value, fields.name("bandwidth"), BANDWIDTH);
        return new BandwidthPolicy(
                zone(members), limits(members), period(members, "work"), period(members, "maintenance"));
    }

    private static ZoneId zone(Fields fields) {
        String name = fields.text("timeZone");
        if (name == null) return ZoneOffset.UTC;
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw Refusal.invalid(fields.name("timeZone") + " must be a time zone, as Europe/Berlin or +02:00.");
        }
    }

    private static Map<Priority, Long> limits(Fields fields) {
        JsonNode value = fields.given("limits");
        if (value == null) return Map.of();
        Fields members = Fields.of(value, fields.name("limits"), PRIORITIES);
        Map<Priority, Long> limits = new EnumMap<>(Priority.class);
        for (Priority priority : Priority.values()) {
            Long limit = limit(members, priority.name());
            if (limit != null) limits.put(priority, limit == 0 ? 0 : Math.max(limit, BandwidthPolicy.LOWEST));
        }
        return limits;
    }

    private static BandwidthPolicy.@Nullable Period period(Fields fields, String name) {
        JsonNode value = fields.given(name);
        if (value == null) return null;
        Fields members = Fields.of(value, fields.name(name), PERIOD);
        return new BandwidthPolicy.Period(
                new Hours(days(members), time(members, "from"), time(members, "to")), limits(members));
    }

    private static Set<DayOfWeek> days(Fields fields) {
        List<Fields.Element> given = fields.elements("days");
        if (given == null) return EnumSet.allOf(DayOfWeek.class);
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (Fields.Element day : given) days.add(Fields.oneOf(DayOfWeek.class, day.node(), day.name()));
        if (days.isEmpty()) throw Refusal.invalid(fields.name("days") + " must name at least one day.");
        return days;
    }

    private static LocalTime time(Fields fields, String name) {
        String text = fields.requiredText(name);
        if (!TIME.matcher(text).matches())
            throw Refusal.invalid(fields.name(name) + " must be a time of day, 00:00 to 23:59.");
        return LocalTime.parse(text);
    }
}
