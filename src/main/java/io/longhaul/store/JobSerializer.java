package io.longhaul.store;

import akka.serialization.SerializerWithStringManifest;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.longhaul.codec.JobTypes;
import io.longhaul.job.Job;
import io.longhaul.job.Recorded;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;

/**
 * Makes bytes of events and snapshots, and back: CBOR, named as {@link JobTypes} says. Identifier and manifests stand
 * in every row of the journal and never change; a format that the old one does not read gets a manifest of its own.
 */
public final class JobSerializer extends SerializerWithStringManifest {
    static final int IDENTIFIER = 3_500_001;
    static final String EVENT = "job-event-1";
    static final String SNAPSHOT = "job-snapshot-1";

    private static final ObjectWriter EVENT_WRITER = JobTypes.CBOR.writerFor(Recorded.class);
    private static final ObjectWriter JOB_WRITER = JobTypes.CBOR.writerFor(Job.class);
    private static final ObjectReader EVENT_READER = JobTypes.CBOR.readerFor(Recorded.class);
    private static final ObjectReader JOB_READER = JobTypes.CBOR.readerFor(Job.class);

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object stored) {
        return switch (stored) {
            case Recorded event -> EVENT;
            case Job snapshot -> SNAPSHOT;
            default -> throw new IllegalArgumentException("Not for the journal: " + stored.getClass());
        };
    }

    @Override
    public byte[] toBinary(Object stored) {
        try {
            return switch (stored) {
                case Recorded event -> EVENT_WRITER.writeValueAsBytes(event);
                case Job snapshot -> JOB_WRITER.writeValueAsBytes(snapshot);
                default -> throw new IllegalArgumentException("Not for the journal: " + stored.getClass());
            };
        } catch (IOException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        return switch (manifest) {
            case EVENT -> read(EVENT_READER, Recorded.class, manifest, bytes);
            case SNAPSHOT -> read(JOB_READER, Job.class, manifest, bytes);
            default -> throw new NotSerializableException("Unknown to this version: " + manifest);
        };
    }

    /**
     * The event of a row of the journal.
     *
     * @throws NotSerializableException where another serializer or a newer version wrote it, or it is damaged
     */
    static Recorded event(int serializer, String manifest, byte[] payload) throws NotSerializableException {
        if (serializer != IDENTIFIER || !manifest.equals(EVENT))
            throw new NotSerializableException("Not a job's event: " + manifest + " of serializer " + serializer);
        return read(EVENT_READER, Recorded.class, manifest, payload);
    }

    private static <T> T read(ObjectReader reader, Class<T> type, String manifest, byte[] bytes)
            throws NotSerializableException {
        try {
            return reader.readValue(bytes, type);
        } catch (IOException damaged) {
            var unreadable = new NotSerializableException(manifest + ": " + damaged.getMessage());
            unreadable.initCause(damaged);
            throw unreadable;
        }
    }
}
