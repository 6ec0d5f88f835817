package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.SecretReader;
import io.longhaul.codec.SecretValue;
import io.longhaul.job.JobChange;
import io.longhaul.job.http.AuthScheme;
import io.longhaul.job.http.AuthTarget;
import io.longhaul.job.http.ClientCertificate;
import io.longhaul.job.http.CredentialsKind;
import io.longhaul.job.http.HttpChange;
import io.longhaul.job.http.StoredCredentials;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code /v1/jobs/{id}/credentials/{target}}, {@code …/client-certificate}: secrets go in, and never out again. */
final class SecretRoutes {
    private static final String CREDENTIALS = "/v1/jobs/{id}/credentials/{target}";
    private static final String CERTIFICATE = "/v1/jobs/{id}/client-certificate";

    private final JobCalls jobs;

    SecretRoutes(JobCalls jobs) {
        this.jobs = jobs;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.put(CREDENTIALS, this::setCredentials),
                Endpoint.delete(CREDENTIALS, this::removeCredentials).taking("scheme"),
                Endpoint.put(CERTIFICATE, this::setCertificate),
                Endpoint.delete(CERTIFICATE, this::removeCertificate));
    }

    private CompletionStage<HttpResponse> setCredentials(Call call) {
        AuthTarget target = SecretReader.target(call.named("target"));
        SecretReader.Credentials given = SecretReader.credentials(call.json());
        return keep(
                call, given.login(), kept -> HttpChange.setting(new StoredCredentials(target, given.scheme(), kept)));
    }

    private CompletionStage<HttpResponse> removeCredentials(Call call) {
        AuthTarget target = SecretReader.target(call.named("target"));
        String scheme = call.query().text("scheme");
        List<AuthScheme> schemes =
                scheme == null ? Arrays.asList(AuthScheme.values()) : List.of(SecretReader.scheme(scheme));
        return remove(
                call,
                HttpChange.removing(schemes.stream()
                        .map(one -> new CredentialsKind(target, one))
                        .toList()));
    }

    private CompletionStage<HttpResponse> setCertificate(Call call) {
        SecretValue.Identity given = SecretReader.certificate(call.json());
        return keep(call, given, kept -> HttpChange.setting(new ClientCertificate(null, kept)));
    }

    private CompletionStage<HttpResponse> removeCertificate(Call call) {
        return remove(call, HttpChange.withoutCertificate());
    }

    private CompletionStage<HttpResponse> keep(Call call, SecretValue value, Function<UUID, HttpChange> change) {
        return jobs.changeSecret(call.caller(), call.jobId(), value, kept -> JobChange.of(change.apply(kept)))
                .thenApply(done -> Answer.noContent().response());
    }

    private CompletionStage<HttpResponse> remove(Call call, HttpChange change) {
        return jobs.removeSecret(call.caller(), call.jobId(), JobChange.of(change))
                .thenApply(done -> Answer.noContent().response());
    }
}
