package io.longhaul.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.JobWriter;
import io.longhaul.api.json.PolicyWriter;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.JobView;
import io.longhaul.job.JobSpec;

/** One job as its clients see it. */
final class ShownJobs {
    private final CurrentPolicies policies;

    ShownJobs(CurrentPolicies policies) {
        this.policies = policies;
    }

    /** The job, with the limit of bandwidth that is in force for it. */
    ObjectNode json(JobView view) {
        JobSpec spec = view.job().spec();
        ObjectNode json = JobWriter.job(view);
        json.set("bandwidth", PolicyWriter.bandwidth(policies.bandwidth(spec), spec.bandwidthBytesPerSecond()));
        return json;
    }
}
