/** How often each side of a long exchange says that it is still there. */
export const heartbeatMs = 1000;
/**
 * A service that works on a request says so for the first time within two heartbeats; one that is silent for longer is
 * taken for dead.
 */
export const heartbeatTimeoutMs = 3000;
/** Either side of a stream may lose several heartbeats: what is broken off begins again from its first byte. */
export const streamTimeoutMs = 6000;
