/** Why the simulator can't start, as one sentence for the starting process. */
export class StartError extends Error {}
