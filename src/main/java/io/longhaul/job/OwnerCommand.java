package io.longhaul.job;

import io.longhaul.job.file.FileSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls of IBackgroundCopyJob; those that are about files are {@link FileCommand}s. */
public sealed interface OwnerCommand extends JobCommand
        permits OwnerCommand.Create,
                OwnerCommand.AddFiles,
                OwnerCommand.Change,
                OwnerCommand.Resume,
                OwnerCommand.Suspend,
                OwnerCommand.Complete,
                OwnerCommand.Cancel,
                OwnerCommand.TakeOwnership,
                FileCommand {
    /**
     * CreateJob, and AddFileSet and Resume with it.
     *
     * @param resume whether it is born QUEUED instead of SUSPENDED
     */
    record Create(JobSpec spec, List<FileSource> files, boolean resume, JobLimits limits) implements OwnerCommand {
        public Create {
            files = List.copyOf(files);
        }
    }

    /** AddFileSet: all of them or none. */
    record AddFiles(List<FileSource> files, Owner folder, JobLimits limits) implements OwnerCommand {
        public AddFiles {
            files = List.copyOf(files);
        }
    }

    /**
     * The property setters, many at once: all or none.
     *
     * @param premise refused with E_CHANGED_STATE where it no longer holds; null: from a node of an older version, or true of every job
     */
    record Change(JobChange change, @Nullable Premise premise) implements OwnerCommand {
        public Change(JobChange change) {
            this(change, null);
        }
    }

    record Resume() implements OwnerCommand {}

    record Suspend() implements OwnerCommand {}

    record Complete() implements OwnerCommand {}

    record Cancel() implements OwnerCommand {}

    /** The caller is an administrator, which the API has checked. */
    record TakeOwnership(Owner newOwner) implements OwnerCommand {}
}
