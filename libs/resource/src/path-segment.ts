/**
 * The keys that can't stand in a path: clients take `.` and `..` away, however they are escaped (WHATWG URL §4.4, RFC
 * 3986 §6.2.2). Such a segment is written with a space behind, in which no key ends.
 */
const isDotSegment = (key: string): boolean => key === '.' || key === '..';

/** A key as a segment of a path. */
export const segmentOf = (key: string): string =>
  encodeURIComponent(key.toWellFormed()) + (isDotSegment(key) ? '%20' : '');

/** The key that a segment stands for. @param segment decoded */
export function keyOfSegment(segment: string): string {
  const key = segment.slice(0, -1);
  return segment.endsWith(' ') && isDotSegment(key) ? key : segment;
}
