package io.longhaul.job;

/**
 * Every code of BITS's own, and the few of Windows that its clients meet: name, HRESULT, text. Source:
 * {@code bitsmsg.h} and the WinHTTP and Windows error tables.
 */
public enum BitsError implements ErrorCode {
    S_OK(0x00000000, "Done."),
    S_FALSE(0x00000001, "There was nothing to do."),
    E_INVALIDARG(0x80070057, "An argument makes no sense."),
    E_ACCESSDENIED(0x80070005, "Access is denied."),
    E_NOTIMPL(0x80004001, "This is not available."),
    E_FAIL(0x80004005, "It failed for an unexpected reason."),
    E_PENDING(0x8000000A, "It is not there yet."),
    E_CHANGED_STATE(0x8000000C, "Other calls have changed it meanwhile, again and again; ask once more."),
    ERROR_DISK_FULL(0x80070070, "The destination is full."),
    ERROR_NOT_LOGGED_ON(0x800704DD, "The owner is not logged on."),
    ERROR_SERVICE_UNAVAILABLE(0x80070426, "The service cannot answer now; nothing is known to have changed."),
    ERROR_TOO_MANY_REQUESTS(0x800705AA, "There is more work than can be taken at once."),
    WAIT_TIMEOUT(0x80070102, "The deadline of the job has passed."),
    ERROR_WINHTTP_TIMEOUT(0x80072EE2, "No connection, no first byte, or no byte for too long."),
    WSAETIMEDOUT(0x8007274C, "No connection came about within the connect timeout."),
    ERROR_TIMEOUT(0x800705B4, "No first byte of an answer came within the response timeout."),
    DO_E_DOWNLOAD_NO_PROGRESS(0x80D02002, "The body stood still, or nearly so, for the stall timeout."),
    ERROR_WINHTTP_NAME_NOT_RESOLVED(0x80072EE7, "The name of the remote server has no address."),
    ERROR_WINHTTP_CANNOT_CONNECT(0x80072EFD, "The remote server refused the connection or cannot be reached."),
    ERROR_WINHTTP_CONNECTION_ERROR(0x80072EFE, "The connection was reset or closed too early."),
    ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED(0x80072F0C, "The remote server asks for a client certificate."),
    ERROR_WINHTTP_INVALID_SERVER_RESPONSE(
            0x80072F78, "The remote server did not answer in HTTP, or with a length that is not true."),
    ERROR_WINHTTP_REDIRECT_FAILED(0x80072F7C, "A redirect loop, too many hops, or a forbidden target."),
    ERROR_WINHTTP_SECURE_FAILURE(0x80072F8F, "The secure channel could not be set up."),
    ERROR_WINHTTP_SECURE_CERT_DATE_INVALID(0x80072F05, "The server's certificate has expired, or is not valid yet."),
    ERROR_WINHTTP_SECURE_CERT_CN_INVALID(0x80072F06, "The server's certificate is one for another name."),
    ERROR_WINHTTP_SECURE_INVALID_CA(0x80072F0D, "Nobody who is trusted has signed the server's certificate."),
    ERROR_WINHTTP_SECURE_CERT_REV_FAILED(0x80072F19, "Nobody says whether the server's certificate has been revoked."),
    ERROR_WINHTTP_SECURE_CERT_REVOKED(0x80072F8A, "The server's certificate has been revoked."),
    ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE(0x80072F93, "The server's certificate is not one for servers."),
    BG_E_NOT_FOUND(0x80200001, "The job was not found."),
    BG_E_INVALID_STATE(0x80200002, "The job is in a state that does not allow this."),
    BG_E_EMPTY(0x80200003, "The job has no files."),
    BG_E_FILE_NOT_AVAILABLE(0x80200004, "The error involves no file."),
    BG_E_PROTOCOL_NOT_AVAILABLE(0x80200005, "The error involves no protocol."),
    BG_S_ERROR_CONTEXT_NONE(0x00200006, "There is no error."),
    BG_E_ERROR_CONTEXT_UNKNOWN(0x80200007, "The error arose in an unknown place."),
    BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER(0x80200008, "The error arose in the queue."),
    BG_E_ERROR_CONTEXT_LOCAL_FILE(0x80200009, "The error arose with the local file."),
    BG_E_ERROR_CONTEXT_REMOTE_FILE(0x8020000A, "The error arose with the remote file."),
    BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT(0x8020000B, "The error arose on the connection."),
    BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION(0x8020000C, "The error arose while the client was notified."),
    BG_E_DESTINATION_LOCKED(0x8020000D, "The destination is locked."),
    BG_E_VOLUME_CHANGED(0x8020000E, "The destination volume is another one than before."),
    BG_E_ERROR_INFORMATION_UNAVAILABLE(
            0x8020000F, "There is no error to tell about: the job is not in an error state."),
    BG_E_NETWORK_DISCONNECTED(0x80200010, "There is no network."),
    BG_E_MISSING_FILE_SIZE(0x80200011, "The remote server did not tell the size of the file."),
    BG_E_INSUFFICIENT_HTTP_SUPPORT(0x80200012, "The remote server does not speak enough of HTTP/1.1."),
    BG_E_INSUFFICIENT_RANGE_SUPPORT(0x80200013, "The remote server does not serve byte ranges."),
    BG_E_REMOTE_NOT_SUPPORTED(0x80200014, "This cannot be done from a remote machine."),
    BG_E_NEW_OWNER_DIFF_MAPPING(0x80200015, "The new owner sees other folders than the old one."),
    BG_E_NEW_OWNER_NO_FILE_ACCESS(0x80200016, "The new owner may not touch the temporary files."),
    BG_S_PARTIAL_COMPLETE(0x00200017, "Only the files that had been transferred were made available."),
    BG_E_PROXY_LIST_TOO_LARGE(0x80200018, "The proxy list is too long."),
    BG_E_PROXY_BYPASS_LIST_TOO_LARGE(0x80200019, "The proxy bypass list is too long."),
    BG_S_UNABLE_TO_DELETE_FILES(0x0020001A, "The job is gone, but some temporary files could not be deleted."),
    BG_E_INVALID_SERVER_RESPONSE(0x8020001B, "The remote server answered in a way that HTTP does not allow."),
    BG_E_TOO_MANY_FILES(0x8020001C, "An upload job holds one file."),
    BG_E_LOCAL_FILE_CHANGED(0x8020001D, "The local file changed while it was transferred."),
    BG_E_ERROR_CONTEXT_REMOTE_APPLICATION(0x8020001E, "The error arose in the application behind the remote server."),
    BG_E_SESSION_NOT_FOUND(0x8020001F, "The remote server does not know the upload session."),
    BG_E_TOO_LARGE(0x80200020, "It is larger than the server accepts."),
    BG_E_STRING_TOO_LONG(0x80200021, "A text is longer than allowed."),
    BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH(0x80200022, "Client and server share no upload protocol."),
    BG_E_SERVER_EXECUTE_ENABLE(0x80200023, "The target folder of the server may run scripts."),
    BG_E_NO_PROGRESS(0x80200024, "No byte arrived within the no-progress timeout."),
    BG_E_USERNAME_TOO_LARGE(0x80200025, "The user name is too long."),
    BG_E_PASSWORD_TOO_LARGE(0x80200026, "The password is too long."),
    BG_E_INVALID_AUTH_TARGET(0x80200027, "Credentials are for SERVER or PROXY."),
    BG_E_INVALID_AUTH_SCHEME(0x80200028, "That authentication scheme is not known."),
    BG_E_FILE_NOT_FOUND(0x80200029, "The job has no such file."),
    BG_S_PROXY_CHANGED(0x0020002A, "The proxy settings changed."),
    BG_E_INVALID_RANGE(0x8020002B, "A byte range lies outside the file or is malformed."),
    BG_E_OVERLAPPING_RANGES(0x8020002C, "Byte ranges of a file overlap."),
    BG_E_CONNECT_FAILURE(0x8020002D, "The connection could not be made."),
    BG_E_CONNECTION_CLOSED(0x8020002E, "The connection was closed too early."),
    BG_E_BLOCKED_BY_POLICY(0x8020003E, "A policy holds the job back."),
    BG_E_INVALID_PROXY_INFO(0x8020003F, "The proxy settings make no sense."),
    BG_E_INVALID_CREDENTIALS(0x80200040, "The credentials make no sense."),
    BG_E_INVALID_HASH_ALGORITHM(0x80200041, "That checksum algorithm is not known."),
    BG_E_RECORD_DELETED(0x80200042, "The cache record is gone."),
    BG_E_COMMIT_IN_PROGRESS(0x80200043, "A commit is under way."),
    BG_E_DISCOVERY_IN_PROGRESS(0x80200044, "Peers are being looked for already."),
    BG_E_UPNP_ERROR(0x80200045, "The gateway could not be asked."),
    BG_E_TEST_OPTION_BLOCKED_DOWNLOAD(0x80200046, "A test option blocks the download."),
    BG_E_PEERCACHING_DISABLED(0x80200047, "Peer caching is off."),
    BG_E_BUSYCACHERECORD(0x80200048, "The cache record is in use."),
    BG_E_TOO_MANY_JOBS_PER_USER(0x80200049, "The owner has as many jobs as allowed."),
    BG_E_TOO_MANY_JOBS_PER_MACHINE(0x80200050, "The queue has as many jobs as allowed."),
    BG_E_TOO_MANY_FILES_IN_JOB(0x80200051, "The job would have more files than allowed."),
    BG_E_TOO_MANY_RANGES_IN_FILE(0x80200052, "The file would have more byte ranges than allowed."),
    BG_E_VALIDATION_FAILED(0x80200053, "The content of the file is not what was expected."),
    BG_E_MAXDOWNLOAD_TIMEOUT(0x80200054, "The maximum download time is used up."),
    BG_S_OVERRIDDEN_BY_POLICY(0x00200055, "It was set, but a policy prevails."),
    BG_E_TOKEN_REQUIRED(0x80200056, "The helper token is gone."),
    BG_E_UNKNOWN_PROPERTY_ID(0x80200057, "There is no such property."),
    BG_E_READ_ONLY_PROPERTY(0x80200058, "The property cannot be changed."),
    BG_E_BLOCKED_BY_COST_TRANSFER_POLICY(0x80200059, "The cost policy does not allow the present network."),
    BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY(0x80200060, "Only a download job has this property."),
    BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE(0x80200061, "The property cannot be changed once a file was added."),
    BG_E_READ_ONLY_PROPERTY_AFTER_RESUME(0x80200062, "The property cannot be changed once the job was resumed."),
    BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE(0x80200063, "The maximum download size must be at least one byte."),
    BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED(0x80200064, "The download is larger than allowed."),
    BG_E_STANDBY_MODE(0x80200065, "The machine is in standby."),
    BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED(0x80200066, "Stored credentials are for proxies only."),
    BG_E_BLOCKED_BY_BATTERY_POLICY(0x80200067, "The battery policy holds the job back."),
    BG_E_BLOCKED_BY_BATTERY_SAVER(0x80200068, "The battery saver holds the job back."),
    BG_E_WATCHDOG_TIMEOUT(0x80200069, "The worker of the job failed again and again."),
    BG_E_APP_PACKAGE_NOT_FOUND(0x8020006A, "The application package was not found."),
    BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED(0x8020006B, "Application packages are not supported here."),
    BG_E_DATABASE_CORRUPT(0x8020006C, "The stored job cannot be read."),
    BG_E_RANDOM_ACCESS_NOT_SUPPORTED(0x8020006D, "The remote server does not serve parts on demand."),
    BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY(0x8020006E, "The background access policy holds the job back."),
    BG_E_BLOCKED_BY_GAME_MODE(0x8020006F, "Game mode holds the job back."),
    BG_E_BLOCKED_BY_SYSTEM_POLICY(0x80200070, "A system policy holds the job back."),
    BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD(0x80200071, "This does not go with another HTTP method than GET."),
    BG_E_UNSUPPORTED_JOB_CONFIGURATION(0x80200072, "These properties do not go together."),
    BG_E_REMOTE_FILE_CHANGED(0x80200073, "The remote file changed."),
    BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED(0x80200074, "The certificate callback of the client is gone."),
    BG_E_READ_ONLY_WHEN_JOB_ACTIVE(0x80200075, "The property cannot be changed while the job is active."),
    BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK(0x80200076, "The error arose in the client's certificate callback.");

    private final int hresult;
    private final String text;

    BitsError(int hresult, String text) {
        this.hresult = hresult;
        this.text = text;
    }

    @Override
    public String code() {
        return name();
    }

    @Override
    public int hresult() {
        return hresult;
    }

    @Override
    public String text() {
        return text;
    }
}
