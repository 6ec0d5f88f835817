package io.longhaul.job.http;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a job shows to a server that asks for a certificate: one of the two is there.
 *
 * @param name of a certificate of the owner's in the operator's folder
 * @param secret where one is kept that the owner has sent
 */
public record ClientCertificate(
        @Nullable String name, @Nullable UUID secret) {}
