package io.longhaul.job;

/** BG_ERROR_CONTEXT: where an error arose. */
public enum ErrorContext {
    /** There is no error; where that is so, there is no error object. */
    NONE(0, BitsError.BG_S_ERROR_CONTEXT_NONE),
    /** Something in the program itself broke off. */
    UNKNOWN(1, BitsError.BG_E_ERROR_CONTEXT_UNKNOWN),
    /** A time of the job is used up, or a policy holds it back. */
    GENERAL_QUEUE_MANAGER(2, BitsError.BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER),
    /** BITS: while the client was notified. */
    QUEUE_MANAGER_NOTIFICATION(3, BitsError.BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION),
    /** The store: names, rights, space. */
    LOCAL_FILE(4, BitsError.BG_E_ERROR_CONTEXT_LOCAL_FILE),
    /** What the server answers, or what the file is. */
    REMOTE_FILE(5, BitsError.BG_E_ERROR_CONTEXT_REMOTE_FILE),
    /** The connection. */
    GENERAL_TRANSPORT(6, BitsError.BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT),
    /** BITS: the application behind an upload. */
    REMOTE_APPLICATION(7, BitsError.BG_E_ERROR_CONTEXT_REMOTE_APPLICATION),
    /** BITS: the client's certificate callback. */
    SERVER_CERTIFICATE_CALLBACK(8, BitsError.BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK);

    private final int number;
    private final BitsError text;

    ErrorContext(int number, BitsError text) {
        this.number = number;
        this.text = text;
    }

    /** Its value in BITS. */
    public int number() {
        return number;
    }

    /** What BITS names its text by. */
    public BitsError text() {
        return text;
    }
}
