package io.longhaul.transfer;

import java.nio.file.AccessDeniedException;

/** A link, a device or the like stands where a folder or a file of the store should be. */
final class ForbiddenPathException extends AccessDeniedException {
    private static final long serialVersionUID = 1;

    ForbiddenPathException(String name, String reason) {
        super(name, null, reason);
    }
}
