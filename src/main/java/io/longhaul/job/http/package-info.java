/** How a job speaks HTTP: IBackgroundCopyJobHttpOptions, SetProxySettings, SetCredentials. Plain Java, and no secrets. */
@NullMarked
package io.longhaul.job.http;

import org.jspecify.annotations.NullMarked;
