import { setTimeout } from 'node:timers/promises';
import { htmlAnswer, jsonAnswer, type Answer } from '../api/answer.js';
import { pageOf, type Listing, type Page } from '../api/paging.js';
import { invalidToken, loginRefused } from '../api/refusals.js';
import { type Keys } from '../keys.js';
import { type Fault, type FaultKind } from './fault.js';

/** A fault takes effect at one of three moments. */
interface Behaviour {
  /** Before the request is looked at: answers in place of the API, or only takes its time. */
  readonly answerInstead?: (fault: Fault, keys: Keys) => Promise<Answer | undefined> | Answer;
  /** When the page is cut out of the list. */
  readonly turnPage?: (listing: Listing) => Page | undefined;
  /** When the answer is complete. */
  readonly spoil?: (answer: Answer) => Answer;
  /** The first page on which it shows; it neither strikes nor counts the pages before. */
  readonly fromPage?: number;
}

const oversize = 64 * 1024 * 1024;

export const behaviours: Readonly<Record<FaultKind, Behaviour>> = {
  latency: { answerInstead: wait },
  expired_key: { answerInstead: expireKeys },
  too_many_requests: { answerInstead: throttle },
  server_error: { answerInstead: () => htmlAnswer(500, 'Server Error (500)') },
  refuse_login: { answerInstead: () => loginRefused },
  redirect: { answerInstead: () => ({ status: 302, headers: { location: '/moved/' }, body: Buffer.alloc(0) }) },
  not_json: { answerInstead: () => htmlAnswer(200, 'Omnitron is under maintenance') },
  endless: { turnPage: repeatForEver },
  duplicates: { fromPage: 2, turnPage: (listing) => withPreviousRow(listing, 'in place of the first') },
  duplicates_extra: { fromPage: 2, turnPage: (listing) => withPreviousRow(listing, 'before the first') },
  shrinking: { fromPage: 2, turnPage: (listing) => pageOf({ ...listing, rows: listing.rows.slice(1) }) },
  cut_off: { spoil: (answer) => ({ ...answer, cutAfter: Math.floor(answer.body.length / 2) }) },
  // Spaces before a JSON text are still JSON (RFC 8259, section 2), and come before anything that a parser could stop
  // at.
  oversized: { spoil: (answer) => ({ ...answer, body: Buffer.concat([Buffer.alloc(oversize, ' '), answer.body]) }) },
};

/** The timer keeps no process alive that has been asked to stop. */
function wait({ ms }: Fault): Promise<undefined> {
  return setTimeout(ms, undefined, { ref: false });
}

function expireKeys(_fault: Fault, keys: Keys): Answer {
  keys.expireAll();
  return invalidToken;
}

function throttle({ retryAfter = 1 }: Fault): Answer {
  const detail = `Request was throttled. Expected available in ${retryAfter} second${retryAfter === 1 ? '' : 's'}.`;
  return jsonAnswer(429, { detail }, { 'retry-after': String(retryAfter) });
}

/** Starts over where the rows end, so that every page is full and has a next one. */
function repeatForEver({ rows, number, size }: Listing): Page {
  const start = (number - 1) * size;
  const filled = Array.from({ length: size }, (_, index) => rows.at((start + index) % rows.length));
  return { number, count: rows.length, rows: filled.filter((row) => row !== undefined), hasNext: true };
}

/** A row that was inserted before this page while the one before it was read shifts everything by one. */
function withPreviousRow(listing: Listing, place: 'in place of the first' | 'before the first'): Page | undefined {
  const page = pageOf(listing);
  const previous = listing.rows[(listing.number - 1) * listing.size - 1];
  if (!page || !previous) return page;
  const own = place === 'in place of the first' ? page.rows.slice(1) : page.rows;
  return { ...page, rows: [previous, ...own] };
}
