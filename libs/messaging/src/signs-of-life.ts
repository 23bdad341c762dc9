/** How often each side of a long exchange says that it is still there. */
export const signOfLifeMs = 1000;
/** A service that works on a request says so for the first time within two signs of life; one that is silent for longer is taken for dead. */
export const silenceMs = 3000;
/** Either side of a stream may lose several signs of life: what is broken off begins again from its first byte. */
export const streamSilenceMs = 6000;
