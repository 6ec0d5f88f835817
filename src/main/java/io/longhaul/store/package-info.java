/**
 * PostgreSQL: how jobs are written to the journal, the index that is made from it, and the ports of {@code entity} in
 * SQL.
 *
 * <p>Where to find what: {@link io.longhaul.store.JobSerializer} makes bytes of what is stored; {@link io.longhaul.store.BatchingJournalDao} writes and
 * reads the journal for Akka; {@link io.longhaul.store.JobProjection} carries the
 * journal into the index, a row of which is a {@code JobRow}; the {@code Postgres…} classes read it.
 */
@NullMarked
package io.longhaul.store;

import org.jspecify.annotations.NullMarked;
