package io.longhaul.job;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the job was when somebody looked at it and made a change of that. Secrets are kept before the job is asked, so by then it may
 * have another owner or other headers, and the change is none of that job.
 *
 * @param owner whom the secrets of the change were kept for, and who was looked at for what the caller may
 * @param headers what the change's headers were merged into; null: it names only what is merged by the job
 */
public record Premise(Owner owner, @Nullable Headers headers) {
    /**
     * Custom headers.
     *
     * @param kept where those are that are write-only; null: nowhere
     * @param visible the others
     */
    public record Headers(@Nullable UUID kept, SortedMap<String, String> visible) {
        public Headers {
            visible = Collections.unmodifiableSortedMap(new TreeMap<>(visible));
        }

        static Headers of(JobSpec spec) {
            return new Headers(spec.httpOptions().headers(), spec.customHeaders());
        }
    }

    /** Of a change that the job merges into what it has. */
    public static Premise of(JobSpec spec) {
        return new Premise(spec.owner(), null);
    }

    /** Of a change whose headers were merged outside of the job. */
    public static Premise withHeaders(JobSpec spec) {
        return new Premise(spec.owner(), Headers.of(spec));
    }

    /** Whether that change still is one of the job. */
    public boolean holds(JobSpec spec, JobChange change) {
        if (!owner.equals(spec.owner())) return false;
        if (headers != null) return headers.equals(Headers.of(spec));
        // Headers that everybody may read are not put beside those that became write-only meanwhile
        return change.customHeaders() == null || !spec.httpOptions().headersWriteOnly();
    }
}
