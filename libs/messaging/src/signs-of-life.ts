/** How often each side of a long exchange says that it is still there. */
export const signOfLifeMs = 2500;
/** A side that is silent for so long is taken for dead; it may have lost one sign of life. */
export const silenceMs = 6000;
