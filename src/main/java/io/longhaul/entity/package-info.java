/**
 * Where a job meets Akka, and how the rest of the node sees jobs: the persistent actor and its sharding, and the ports
 * to the scheduler, the transfer engine, the store and the index.
 */
@NullMarked
package io.longhaul.entity;

import org.jspecify.annotations.NullMarked;
