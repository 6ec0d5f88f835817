package io.longhaul.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.longhaul.job.JobId;
import java.io.IOException;
import java.io.Serial;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;

/** How single values are stored; {@link JobTypes} says which. */
final class Scalars {
    private static final int NANOS_OF_MICRO = 1_000;
    private static final long MICROS_OF_SECOND = 1_000_000;

    /** Seconds of which every microsecond has a number. */
    private static final long MOST_SECONDS = Long.MAX_VALUE / MICROS_OF_SECOND - 1;

    private Scalars() {}

    private static boolean hasNumber(long seconds, int nanos) {
        return seconds >= -MOST_SECONDS && seconds <= MOST_SECONDS && nanos % NANOS_OF_MICRO == 0;
    }

    private static long number(long seconds, int nanos) {
        return seconds * MICROS_OF_SECOND + nanos / NANOS_OF_MICRO;
    }

    private static long seconds(long number) {
        return Math.floorDiv(number, MICROS_OF_SECOND);
    }

    private static long nanos(long number) {
        return Math.floorMod(number, MICROS_OF_SECOND) * NANOS_OF_MICRO;
    }

    static final class InstantWriter extends StdSerializer<Instant> {
        @Serial
        private static final long serialVersionUID = 1;

        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant at, JsonGenerator to, SerializerProvider context) throws IOException {
            if (hasNumber(at.getEpochSecond(), at.getNano())) to.writeNumber(number(at.getEpochSecond(), at.getNano()));
            else to.writeString(at.toString());
        }
    }

    static final class InstantReader extends StdDeserializer<Instant> {
        @Serial
        private static final long serialVersionUID = 1;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser from, DeserializationContext context) throws IOException {
            try {
                return from.hasToken(JsonToken.VALUE_NUMBER_INT)
                        ? Instant.ofEpochSecond(seconds(from.getLongValue()), nanos(from.getLongValue()))
                        : Instant.parse(from.getText());
            } catch (DateTimeException none) {
                throw context.weirdStringException(from.getText(), Instant.class, "no instant");
            }
        }
    }

    static final class DurationWriter extends StdSerializer<Duration> {
        @Serial
        private static final long serialVersionUID = 1;

        DurationWriter() {
            super(Duration.class);
        }

        @Override
        public void serialize(Duration length, JsonGenerator to, SerializerProvider context) throws IOException {
            if (hasNumber(length.getSeconds(), length.getNano()))
                to.writeNumber(number(length.getSeconds(), length.getNano()));
            else to.writeString(length.toString());
        }
    }

    static final class DurationReader extends StdDeserializer<Duration> {
        @Serial
        private static final long serialVersionUID = 1;

        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser from, DeserializationContext context) throws IOException {
            try {
                return from.hasToken(JsonToken.VALUE_NUMBER_INT)
                        ? Duration.ofSeconds(seconds(from.getLongValue()), nanos(from.getLongValue()))
                        : Duration.parse(from.getText());
            } catch (DateTimeException none) {
                throw context.weirdStringException(from.getText(), Duration.class, "no duration");
            }
        }
    }

    /** Sixteen bytes where the format has bytes. */
    static final class IdWriter extends StdSerializer<JobId> {
        @Serial
        private static final long serialVersionUID = 1;

        IdWriter() {
            super(JobId.class);
        }

        @Override
        public void serialize(JobId id, JsonGenerator to, SerializerProvider context) throws IOException {
            context.findValueSerializer(UUID.class).serialize(id.value(), to, context);
        }
    }

    static final class IdReader extends StdDeserializer<JobId> {
        @Serial
        private static final long serialVersionUID = 1;

        IdReader() {
            super(JobId.class);
        }

        @Override
        public JobId deserialize(JsonParser from, DeserializationContext context) throws IOException {
            return new JobId(context.readValue(from, UUID.class));
        }
    }

    static final class TextWriter<T> extends StdSerializer<T> {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Function<T, String> text;

        TextWriter(Class<T> type, Function<T, String> text) {
            super(type);
            this.text = text;
        }

        @Override
        public void serialize(T value, JsonGenerator to, SerializerProvider context) throws IOException {
            to.writeString(text.apply(value));
        }
    }

    static final class TextReader<T> extends StdDeserializer<T> {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Function<String, T> value;

        TextReader(Class<T> type, Function<String, T> value) {
            super(type);
            this.value = value;
        }

        @Override
        public T deserialize(JsonParser from, DeserializationContext context) throws IOException {
            try {
                return value.apply(from.getText());
            } catch (IllegalArgumentException | DateTimeException unknown) {
                throw context.weirdStringException(from.getText(), handledType(), "unknown to this version");
            }
        }
    }
}
