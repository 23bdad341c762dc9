/** A text of at most so many characters, and how many it had where it is cut. */
export const cutText = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max)}… (${text.length} characters)`;
