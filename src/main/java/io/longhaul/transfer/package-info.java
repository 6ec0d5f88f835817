/**
 * Moving bytes over HTTP and on disk: the transfer engine of a node and its store.
 *
 * <p>{@link io.longhaul.transfer.TransferEngine} admits and starts runs, one virtual thread each; a run takes the files
 * of its job one by one. What to ask for and what an answer means is pure and stands in
 * {@link io.longhaul.transfer.TransferPlan}; what an error means in {@link io.longhaul.transfer.FailureKind}. Files are
 * reached through {@link io.longhaul.transfer.LocalFiles} alone, which never follows a link.
 */
@NullMarked
package io.longhaul.transfer;

import org.jspecify.annotations.NullMarked;
