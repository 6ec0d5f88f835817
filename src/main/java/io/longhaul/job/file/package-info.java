/** The files of a job and their bytes: names, ranges, versions of the remote file, how much is held. Plain Java. */
@NullMarked
package io.longhaul.job.file;

import org.jspecify.annotations.NullMarked;
