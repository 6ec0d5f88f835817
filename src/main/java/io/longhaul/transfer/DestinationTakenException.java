package io.longhaul.transfer;

import java.nio.file.FileSystemException;

/** A folder stands where a file should get its final name. */
final class DestinationTakenException extends FileSystemException {
    private static final long serialVersionUID = 1;

    DestinationTakenException(String name) {
        super(name, null, "a folder has that name");
    }
}
