/**
 * Telling owners of their jobs: who is told when ({@link io.longhaul.notify.Courier}), what it says, how it is signed, and
 * what comes of each attempt. What is to be told stands on disk, behind the port
 * {@link io.longhaul.entity.Notifications}.
 */
@NullMarked
package io.longhaul.notify;

import org.jspecify.annotations.NullMarked;
