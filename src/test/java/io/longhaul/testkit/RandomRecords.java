package io.longhaul.testkit;

import io.longhaul.job.HttpError;
import io.longhaul.job.JobId;
import io.longhaul.job.Value;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Records with arbitrary members: extremes, nulls where they are allowed, every kind of a sealed type. */
public final class RandomRecords {
    private static final String[] TEXTS = {"", "a", "ä€😀", "\"{\\}\n", "W/\"etag\"", "x".repeat(300)};
    private static final long[] NUMBERS = {
        0, 1, -1, 23, 24, 255, 65_536, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final Random random;

    public RandomRecords(long seed) {
        random = new Random(seed);
    }

    /** An arbitrary value of a record, sealed interface, enum or simple type. */
    public <T> T next(Class<T> type) {
        return type.cast(value(type, 0));
    }

    private Object value(Type type, int depth) {
        if (type instanceof ParameterizedType generic) return collection(generic, depth);
        Class<?> raw = (Class<?>) type;
        if (raw.isEnum()) return raw.getEnumConstants()[random.nextInt(raw.getEnumConstants().length)];
        if (raw == HttpError.class) return new HttpError(random.nextInt(100, 1000));
        if (raw == JobId.class) return new JobId(new UUID(random.nextLong(), random.nextLong()));
        if (raw == UUID.class) return new UUID(random.nextLong(), random.nextLong());
        if (raw.isSealed())
            return value(raw.getPermittedSubclasses()[random.nextInt(raw.getPermittedSubclasses().length)], depth);
        if (raw.isRecord()) return record(raw, depth + 1);
        if (raw == String.class) return TEXTS[random.nextInt(TEXTS.length)];
        if (raw == boolean.class || raw == Boolean.class) return random.nextBoolean();
        if (raw == int.class || raw == Integer.class)
            return random.nextBoolean() ? random.nextInt() : random.nextInt(30);
        if (raw == long.class || raw == Long.class) return number();
        if (raw == Instant.class) return instant();
        if (raw == Duration.class)
            return Duration.ofSeconds(number(), random.nextBoolean() ? 0 : random.nextInt(1_000_000_000));
        throw new IllegalArgumentException("No idea of " + type);
    }

    private long number() {
        return random.nextBoolean() ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private Instant instant() {
        return switch (random.nextInt(4)) {
            case 0 ->
                Instant.ofEpochSecond(random.nextLong(-4_000_000_000L, 4_000_000_000L), random.nextInt(1_000_000_000));
            case 1 -> random.nextBoolean() ? Instant.MIN : Instant.MAX;
            default -> Instant.ofEpochSecond(random.nextLong(4_000_000_000L), 1_000L * random.nextInt(1_000_000));
        };
    }

    private Object collection(ParameterizedType generic, int depth) {
        Type[] of = generic.getActualTypeArguments();
        int size = depth > 3 ? 0 : random.nextInt(4);
        if (generic.getRawType() == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < size; i++) list.add(value(of[0], depth));
            return list;
        }
        if (generic.getRawType() == SortedMap.class) {
            SortedMap<Object, Object> map = new TreeMap<>();
            for (int i = 0; i < size; i++) map.put(value(of[0], depth), value(of[1], depth));
            return map;
        }
        if (generic.getRawType() == Map.class) {
            Map<Object, Object> map = new HashMap<>();
            for (int i = 0; i < size; i++) map.put(value(of[0], depth), value(of[1], depth));
            return map;
        }
        if (generic.getRawType() == Value.class) return new Value<>(value(of[0], depth));
        throw new IllegalArgumentException("No idea of " + generic);
    }

    private Object record(Class<?> type, int depth) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(Arrays.stream(components)
                    .map(component -> member(component, depth))
                    .toArray());
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(type.toString(), impossible);
        }
    }

    private @Nullable Object member(RecordComponent component, int depth) {
        AnnotatedType type = component.getAnnotatedType();
        boolean mayBeNull = type.isAnnotationPresent(Nullable.class);
        if (mayBeNull && (depth > 4 || random.nextInt(3) == 0)) return null;
        return value(component.getGenericType(), depth);
    }
}
