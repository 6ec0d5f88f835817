package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.entity.JobFilter;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Owner;

/** Who calls, and what he may do: every rule about that stands here. BITS's: the owner and administrators, nobody else. */
public record Caller(Owner owner, boolean administrator) {
    /** The name that stands in a job's history. */
    String name() {
        return owner.name();
    }

    boolean maySee(Owner jobsOwner) {
        return administrator || owner.equals(jobsOwner);
    }

    /** A job that the caller may not see is, to him, none. */
    void requireSight(Owner jobsOwner) {
        if (!maySee(jobsOwner)) throw new Refusal(BitsError.BG_E_NOT_FOUND);
    }

    /** BITS lets nobody else set credentials, an administrator neither. */
    void requireOwnership(Owner jobsOwner) {
        if (!owner.equals(jobsOwner))
            throw new Refusal(BitsError.E_ACCESSDENIED, "The secrets of a job are for its owner to set.");
    }

    /** Who says where the secrets of somebody else's job go has them sent to himself. */
    void requireOwnershipOfSecrets(JobSpec spec) {
        if (!spec.secrets().isEmpty() && !owner.equals(spec.owner()))
            throw new Refusal(
                    BitsError.E_ACCESSDENIED,
                    "Where the secrets of a job go is for its owner to say: take it over first.");
    }

    void requireAdministrator() {
        if (!administrator) throw new Refusal(BitsError.E_ACCESSDENIED, "This is for administrators.");
    }

    /** The jobs among these that the caller may see. */
    JobFilter narrowed(JobFilter filter) {
        if (administrator) return filter;
        if (filter.owner() != null && !filter.owner().equals(owner))
            throw new Refusal(BitsError.E_ACCESSDENIED, "The jobs of other owners are for administrators.");
        return new JobFilter(
                filter.states(),
                filter.queue(),
                owner,
                filter.priorities(),
                filter.type(),
                filter.displayNamePrefix(),
                filter.labels(),
                filter.host(),
                filter.createdAfter(),
                filter.createdBefore());
    }
}
