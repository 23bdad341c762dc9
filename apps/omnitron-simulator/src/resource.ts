/** The lists of Omnitron that the simulator answers, by their name in the URL. */
export const resourceNames = [
  'cancellation_reasons',
  'channels',
  'countries',
  'cities',
  'townships',
  'districts',
  'customers',
] as const;

export type ResourceName = (typeof resourceNames)[number];
