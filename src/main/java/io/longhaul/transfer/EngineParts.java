package io.longhaul.transfer;

import io.longhaul.entity.Secrets;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all runs of a node share.
 *
 * @param secrets of jobs
 * @param kerberos for jobs that log in by it
 * @param answers of the remote hosts
 * @param revocations turns of those who read lists of revoked certificates
 * @param refused hears of addresses that may not be connected to
 * @param platform a thread of the system's for each task
 * @param bytes received since the node started
 * @param filesFinished files finished since the node started
 */
record EngineParts(
        TransferSettings settings,
        Connections connections,
        LocalFiles files,
        Secrets secrets,
        Kerberos kerberos,
        ReadBuffers buffers,
        RingBuffers rings,
        HostAnswers answers,
        Throttles throttles,
        WayOut wayOut,
        RevocationTurns revocations,
        RefusedAddresses refused,
        Executor platform,
        Clock clock,
        LongAdder bytes,
        LongAdder filesFinished) {}
