/** How a list is answered: DRF's `{count, next, previous, results}`, or the bare array of the page's rows. */
export const answerModes = ['envelope', 'array'] as const;

export type AnswerMode = (typeof answerModes)[number];
