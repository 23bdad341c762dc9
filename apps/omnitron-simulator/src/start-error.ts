/** Why the simulator can't start, as one sentence for whoever started it. */
export class StartError extends Error {}
