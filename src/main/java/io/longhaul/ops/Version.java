package io.longhaul.ops;

import java.util.Optional;

/** Which Longhaul this is, as the jar's manifest has it. */
public final class Version {
    public static final String OF_THIS = Optional.ofNullable(
                    Version.class.getPackage().getImplementationVersion())
            .orElse("unpackaged");

    private Version() {}
}
