package io.longhaul.codec;

import static java.util.Map.entry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.longhaul.job.Acknowledged;
import io.longhaul.job.Alarm;
import io.longhaul.job.BitsError;
import io.longhaul.job.Cancelled;
import io.longhaul.job.Connecting;
import io.longhaul.job.ErrorCode;
import io.longhaul.job.FatalError;
import io.longhaul.job.FileCommand;
import io.longhaul.job.HttpError;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.JobState;
import io.longhaul.job.Owner;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Queued;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.Suspended;
import io.longhaul.job.Transferred;
import io.longhaul.job.Transferring;
import io.longhaul.job.TransientError;
import io.longhaul.job.file.FileMarks;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What records are called that are stored or sent, for ever: journals are read by versions that are not written yet. The names here are
 * literal, the names of members are those of the records' components, and both are frozen: what is renamed in the code
 * keeps its name here.
 *
 * <p>Null members and empty collections are not written and come back as null and empty; members that a newer version
 * added are passed over, so that two versions can share a journal, and talk to one another, while a cluster is upgraded. A number is an instant
 * or a duration in microseconds, a text one that is no whole number of them, a code is its BITS name.
 */
public final class JobTypes extends SimpleModule {
    private static final long serialVersionUID = 1;

    public static final Map<String, Class<? extends JobEvent>> EVENTS = Map.ofEntries(
            entry("JobCreated", JobEvent.JobCreated.class),
            entry("FilesAdded", JobEvent.FilesAdded.class),
            entry("JobChanged", JobEvent.JobChanged.class),
            entry("InactivityTimeoutChanged", JobEvent.InactivityTimeoutChanged.class),
            entry("OwnershipTaken", JobEvent.OwnershipTaken.class),
            entry("JobQueued", JobEvent.JobQueued.class),
            entry("JobSuspended", JobEvent.JobSuspended.class),
            entry("SliceGranted", JobEvent.SliceGranted.class),
            entry("SliceRenewed", JobEvent.SliceRenewed.class),
            entry("JobConnected", JobEvent.JobConnected.class),
            entry("FileOpened", JobEvent.FileOpened.class),
            entry("FileCheckpointed", JobEvent.FileCheckpointed.class),
            entry("ProgressMade", JobEvent.ProgressMade.class),
            entry("FileRedirected", JobEvent.FileRedirected.class),
            entry("FileRestarted", JobEvent.FileRestarted.class),
            entry("FileTransferred", JobEvent.FileTransferred.class),
            entry("RemoteNamesChanged", JobEvent.RemoteNamesChanged.class),
            entry("SourceChanged", JobEvent.SourceChanged.class),
            entry("FileSkipped", JobEvent.FileSkipped.class),
            entry("FileRetried", JobEvent.FileRetried.class),
            entry("FileValidated", JobEvent.FileValidated.class),
            entry("PiecesAsked", JobEvent.PiecesAsked.class),
            entry("PieceHeld", JobEvent.PieceHeld.class),
            entry("JobTransferred", JobEvent.JobTransferred.class),
            entry("JobStalled", JobEvent.JobStalled.class),
            entry("JobFailed", JobEvent.JobFailed.class),
            entry("CompletionBegan", JobEvent.CompletionBegan.class),
            entry("CompletionFailed", JobEvent.CompletionFailed.class),
            entry("JobAcknowledged", JobEvent.JobAcknowledged.class),
            entry("JobCancelled", JobEvent.JobCancelled.class),
            entry("JobCleanedUp", JobEvent.JobCleanedUp.class));

    public static final Map<String, Class<? extends JobState>> STATES = Map.ofEntries(
            entry("SUSPENDED", Suspended.class),
            entry("QUEUED", Queued.class),
            entry("CONNECTING", Connecting.class),
            entry("TRANSFERRING", Transferring.class),
            entry("TRANSIENT_ERROR", TransientError.class),
            entry("ERROR", FatalError.class),
            entry("TRANSFERRED", Transferred.class),
            entry("ACKNOWLEDGED", Acknowledged.class),
            entry("CANCELLED", Cancelled.class));

    /** Commands that come from another node; what a run or the store reports stays on its own. */
    public static final Map<String, Class<? extends JobCommand>> COMMANDS = Map.ofEntries(
            entry("Create", OwnerCommand.Create.class),
            entry("AddFiles", OwnerCommand.AddFiles.class),
            entry("Change", OwnerCommand.Change.class),
            entry("Resume", OwnerCommand.Resume.class),
            entry("Suspend", OwnerCommand.Suspend.class),
            entry("Complete", OwnerCommand.Complete.class),
            entry("Cancel", OwnerCommand.Cancel.class),
            entry("TakeOwnership", OwnerCommand.TakeOwnership.class),
            entry("SetRemoteNames", FileCommand.SetRemoteNames.class),
            entry("ReplaceRemotePrefix", FileCommand.ReplaceRemotePrefix.class),
            entry("SkipFile", FileCommand.SkipFile.class),
            entry("RetryFile", FileCommand.RetryFile.class),
            entry("ValidateFile", FileCommand.ValidateFile.class),
            entry("RequestRanges", FileCommand.RequestRanges.class),
            entry("MoveDownload", FileCommand.MoveDownload.class),
            entry("GrantSlice", SchedulerCommand.GrantSlice.class),
            entry("RenewSlice", SchedulerCommand.RenewSlice.class),
            entry("EndSlice", SchedulerCommand.EndSlice.class),
            entry("Wake", Alarm.Wake.class),
            entry("InactivityTimeout", Alarm.InactivityTimeout.class),
            entry("BytesCame", Alarm.BytesCame.class),
            entry("PolicyChanged", Alarm.PolicyChanged.class),
            entry("NetworkBack", Alarm.NetworkBack.class),
            entry("Restarted", Alarm.Restarted.class),
            entry("BrokenOff", Alarm.BrokenOff.class));

    /** The form in which events, snapshots and summaries are stored. */
    public static final ObjectMapper CBOR = configured(
                    // Half a character becomes U+FFFD: nothing must keep a job from being stored.
                    CBORMapper.builder().enable(CBORGenerator.Feature.LENIENT_UTF_ENCODING))
            .build();

    /** The same for people to read. */
    public static final ObjectMapper JSON = configured(JsonMapper.builder()).build();

    public JobTypes() {
        super("longhaul-job-types");
        setMixInAnnotation(JobEvent.class, Named.class);
        setMixInAnnotation(JobState.class, Named.class);
        setMixInAnnotation(JobCommand.class, Named.class);
        COMMANDS.forEach((name, type) -> registerSubtypes(new NamedType(type, name)));
        EVENTS.forEach((name, type) -> registerSubtypes(new NamedType(type, name)));
        STATES.forEach((name, type) -> registerSubtypes(new NamedType(type, name)));
        addSerializer(Instant.class, new Scalars.InstantWriter());
        addDeserializer(Instant.class, new Scalars.InstantReader());
        addSerializer(Duration.class, new Scalars.DurationWriter());
        addDeserializer(Duration.class, new Scalars.DurationReader());
        addSerializer(JobId.class, new Scalars.IdWriter());
        addDeserializer(JobId.class, new Scalars.IdReader());
        addSerializer(Owner.class, new Scalars.TextWriter<>(Owner.class, Owner::name));
        addDeserializer(Owner.class, new Scalars.TextReader<>(Owner.class, Owner::new));
        addSerializer(BitsError.class, new Scalars.TextWriter<>(BitsError.class, BitsError::code));
        addSerializer(HttpError.class, new Scalars.TextWriter<>(HttpError.class, HttpError::code));
        addDeserializer(ErrorCode.class, new Scalars.TextReader<>(ErrorCode.class, ErrorCode::named));
        addSerializer(LocalTime.class, new Scalars.TextWriter<>(LocalTime.class, LocalTime::toString));
        addDeserializer(LocalTime.class, new Scalars.TextReader<>(LocalTime.class, LocalTime::parse));
        addSerializer(ZoneId.class, new Scalars.TextWriter<>(ZoneId.class, ZoneId::getId));
        addDeserializer(ZoneId.class, new Scalars.TextReader<>(ZoneId.class, ZoneId::of));
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        for (Class<?> collection : List.of(List.class, Set.class, Map.class, SortedMap.class)) {
            context.configOverride(collection)
                    .setInclude(JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
                    .setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
        }
        context.configOverride(FileMarks.class)
                .setInclude(JsonInclude.Value.construct(
                        JsonInclude.Include.CUSTOM, JsonInclude.Include.ALWAYS, NoMarks.class, null));
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B configured(B builder) {
        return builder.addModule(new JobTypes())
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Named {}

    /** Equal to what most files have, which is not written: Jackson's way of asking. */
    static final class NoMarks {
        @Override
        public boolean equals(@Nullable Object marks) {
            return marks == null || marks.equals(FileMarks.NONE);
        }

        @Override
        public int hashCode() {
            return FileMarks.NONE.hashCode();
        }
    }
}
