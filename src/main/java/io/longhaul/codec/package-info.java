/**
 * How values become bytes, in the journal and between nodes: {@link io.longhaul.codec.JobTypes} names everything of
 * {@code job} that is stored or sent, {@link io.longhaul.codec.MessageSerializer} is what every package's table of
 * messages is made with.
 */
@NullMarked
package io.longhaul.codec;

import org.jspecify.annotations.NullMarked;
