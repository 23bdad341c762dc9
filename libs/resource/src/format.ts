/** The media type of every format an answer can be rendered in. */
export const mediaTypes = {
  json: 'application/json',
} as const;

export type Format = keyof typeof mediaTypes;
