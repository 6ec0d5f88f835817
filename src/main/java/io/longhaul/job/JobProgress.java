package io.longhaul.job;

import io.longhaul.job.file.JobFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_PROGRESS.
 *
 * @param bytesTotal null where the size of any file is not known, or no number can hold what servers claim
 */
public record JobProgress(@Nullable Long bytesTotal, long bytesTransferred, int filesTotal, int filesTransferred) {
    static JobProgress of(List<JobFile> files) {
        Long total = 0L;
        long held = 0;
        int transferred = 0;
        for (JobFile file : files) {
            Long bytes = file.bytesTotal();
            total = total == null || bytes == null || bytes > Long.MAX_VALUE - total
                    ? null
                    : Long.valueOf(total + bytes);
            held += file.bytesHeld();
            if (file.transferred()) transferred++;
        }
        return new JobProgress(total, held, files.size(), transferred);
    }
}
