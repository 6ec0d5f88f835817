package io.longhaul.job;

/** BG_ERROR_CONTEXT: where an error arose. */
public enum ErrorContext {
    NONE,
    UNKNOWN,
    GENERAL_QUEUE_MANAGER,
    QUEUE_MANAGER_NOTIFICATION,
    LOCAL_FILE,
    REMOTE_FILE,
    GENERAL_TRANSPORT,
    REMOTE_APPLICATION,
    SERVER_CERTIFICATE_CALLBACK
}
