package io.longhaul.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.JobWriter;
import io.longhaul.api.json.PolicyWriter;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.JobView;
import io.longhaul.job.JobSpec;

/** One job as its clients see it. */
final class ShownJobs {
    private final CurrentPolicies policies;

    ShownJobs(CurrentPolicies policies) {
        this.policies = policies;
    }

    /** The job, with what policies say of it now. */
    ObjectNode json(JobView view) {
        JobSpec spec = view.job().spec();
        ObjectNode json = withTimeout(JobWriter.job(view), spec);
        json.set("bandwidth", PolicyWriter.bandwidth(policies.bandwidth(spec), spec.bandwidthBytesPerSecond()));
        return json;
    }

    /** The job as lists show it. */
    ObjectNode summary(JobSummary job) {
        return withTimeout(JobWriter.summary(job), job.spec());
    }

    private ObjectNode withTimeout(ObjectNode json, JobSpec spec) {
        return json.put(
                "inactivityTimeoutSeconds", policies.inactivityTimeout(spec).toSeconds());
    }
}
