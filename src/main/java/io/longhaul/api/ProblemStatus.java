package io.longhaul.api;

import io.longhaul.job.BitsError;

/** Which HTTP status each code is refused with: {@link Problem}'s table. */
final class ProblemStatus {
    private ProblemStatus() {}

    static int of(BitsError code) {
        return switch (code) {
            case E_INVALIDARG,
                    BG_E_STRING_TOO_LONG,
                    BG_E_INVALID_RANGE,
                    BG_E_OVERLAPPING_RANGES,
                    BG_E_TOO_MANY_RANGES_IN_FILE,
                    BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE,
                    BG_E_PROXY_LIST_TOO_LARGE,
                    BG_E_PROXY_BYPASS_LIST_TOO_LARGE,
                    BG_E_INVALID_PROXY_INFO,
                    BG_E_USERNAME_TOO_LARGE,
                    BG_E_PASSWORD_TOO_LARGE,
                    BG_E_INVALID_AUTH_TARGET,
                    BG_E_INVALID_AUTH_SCHEME,
                    BG_E_INVALID_CREDENTIALS,
                    BG_E_INVALID_HASH_ALGORITHM,
                    BG_E_UNKNOWN_PROPERTY_ID,
                    BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY,
                    BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED,
                    BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD,
                    BG_E_UNSUPPORTED_JOB_CONFIGURATION -> 400;
            case E_ACCESSDENIED -> 403;
            case BG_E_NOT_FOUND,
                    BG_E_FILE_NOT_FOUND,
                    BG_E_ERROR_INFORMATION_UNAVAILABLE,
                    BG_E_FILE_NOT_AVAILABLE,
                    BG_E_PROTOCOL_NOT_AVAILABLE,
                    BG_E_SESSION_NOT_FOUND,
                    BG_E_RECORD_DELETED,
                    BG_E_APP_PACKAGE_NOT_FOUND -> 404;
            case BG_E_TOO_LARGE -> 413;
            case ERROR_TOO_MANY_REQUESTS, BG_E_TOO_MANY_JOBS_PER_USER, BG_E_TOO_MANY_JOBS_PER_MACHINE -> 429;
            case E_FAIL, BG_E_DATABASE_CORRUPT -> 500;
            case E_NOTIMPL -> 501;
            case ERROR_SERVICE_UNAVAILABLE -> 503;
            // What the state or a limit of the job forbids; and what only a job's error object tells, which no call is
            // refused with except a Complete that failed.
            case BG_E_INVALID_STATE,
                    E_PENDING,
                    BG_E_EMPTY,
                    BG_E_TOO_MANY_FILES,
                    BG_E_TOO_MANY_FILES_IN_JOB,
                    BG_E_READ_ONLY_PROPERTY,
                    BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE,
                    BG_E_READ_ONLY_PROPERTY_AFTER_RESUME,
                    BG_E_READ_ONLY_WHEN_JOB_ACTIVE,
                    BG_E_BLOCKED_BY_POLICY,
                    BG_E_DESTINATION_LOCKED,
                    BG_E_NEW_OWNER_DIFF_MAPPING,
                    BG_E_NEW_OWNER_NO_FILE_ACCESS,
                    BG_E_COMMIT_IN_PROGRESS,
                    BG_E_DISCOVERY_IN_PROGRESS,
                    BG_E_PEERCACHING_DISABLED,
                    BG_E_BUSYCACHERECORD,
                    BG_E_TOKEN_REQUIRED,
                    BG_E_LOCAL_FILE_CHANGED,
                    BG_E_VALIDATION_FAILED,
                    BG_E_REMOTE_NOT_SUPPORTED,
                    BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED,
                    ERROR_NOT_LOGGED_ON,
                    ERROR_DISK_FULL -> 409;
            case S_OK,
                    S_FALSE,
                    WAIT_TIMEOUT,
                    ERROR_WINHTTP_TIMEOUT,
                    WSAETIMEDOUT,
                    ERROR_TIMEOUT,
                    DO_E_DOWNLOAD_NO_PROGRESS,
                    ERROR_WINHTTP_NAME_NOT_RESOLVED,
                    ERROR_WINHTTP_CANNOT_CONNECT,
                    ERROR_WINHTTP_CONNECTION_ERROR,
                    ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED,
                    ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
                    ERROR_WINHTTP_REDIRECT_FAILED,
                    ERROR_WINHTTP_SECURE_FAILURE,
                    BG_S_ERROR_CONTEXT_NONE,
                    BG_E_ERROR_CONTEXT_UNKNOWN,
                    BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER,
                    BG_E_ERROR_CONTEXT_LOCAL_FILE,
                    BG_E_ERROR_CONTEXT_REMOTE_FILE,
                    BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT,
                    BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION,
                    BG_E_VOLUME_CHANGED,
                    BG_E_NETWORK_DISCONNECTED,
                    BG_E_MISSING_FILE_SIZE,
                    BG_E_INSUFFICIENT_HTTP_SUPPORT,
                    BG_E_INSUFFICIENT_RANGE_SUPPORT,
                    BG_S_PARTIAL_COMPLETE,
                    BG_S_UNABLE_TO_DELETE_FILES,
                    BG_E_INVALID_SERVER_RESPONSE,
                    BG_E_ERROR_CONTEXT_REMOTE_APPLICATION,
                    BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH,
                    BG_E_SERVER_EXECUTE_ENABLE,
                    BG_E_NO_PROGRESS,
                    BG_S_PROXY_CHANGED,
                    BG_E_CONNECT_FAILURE,
                    BG_E_CONNECTION_CLOSED,
                    BG_E_UPNP_ERROR,
                    BG_E_TEST_OPTION_BLOCKED_DOWNLOAD,
                    BG_E_MAXDOWNLOAD_TIMEOUT,
                    BG_S_OVERRIDDEN_BY_POLICY,
                    BG_E_BLOCKED_BY_COST_TRANSFER_POLICY,
                    BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED,
                    BG_E_STANDBY_MODE,
                    BG_E_BLOCKED_BY_BATTERY_POLICY,
                    BG_E_BLOCKED_BY_BATTERY_SAVER,
                    BG_E_WATCHDOG_TIMEOUT,
                    BG_E_RANDOM_ACCESS_NOT_SUPPORTED,
                    BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY,
                    BG_E_BLOCKED_BY_GAME_MODE,
                    BG_E_BLOCKED_BY_SYSTEM_POLICY,
                    BG_E_REMOTE_FILE_CHANGED,
                    BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED,
                    BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK -> 409;
        };
    }
}
