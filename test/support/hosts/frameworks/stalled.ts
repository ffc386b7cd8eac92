/** Milliseconds without a byte after which the host closes a connection, so that a test of a deviation need not wait. */
export const stalledMs = 600
