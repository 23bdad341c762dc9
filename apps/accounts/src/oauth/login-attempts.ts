import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import type { EntityManager } from 'typeorm';
import { forgetAll, forgetOneOfClient, noteAttempt, secondsToWait, type AttemptsOf } from './login-attempts.sql.js';

const maxPerUser = 10;
/** Of all users of a client together, also of those that don't exist; it bounds the rows of random usernames. */
const maxPerClient = 100;

/** The row of the client itself. */
const anyUser = null;

/**
 * Locks those out who keep guessing passwords, known usernames and unknown ones alike. It counts in the database, so
 * that replicas agree and a restart forgets nothing. Usernames are hashed: people type passwords into the wrong field.
 */
@Injectable()
export class LoginAttempts {
  /**
   * Notes an attempt as failed before its password is looked at: however many come at once, no more are let through.
   *
   * @throws Failure `throttled`
   */
  async begin(transaction: EntityManager, client: number, username: string): Promise<void> {
    await note(transaction, { client, usernameHash: anyUser }, maxPerClient);
    await note(transaction, { client, usernameHash: hashOf(username) }, maxPerUser);
  }

  /**
   * Forgets the user's failures. Those of the client stay, but for this attempt: else one's own password would buy
   * guesses at all others.
   */
  async succeed(transaction: EntityManager, client: number, username: string): Promise<void> {
    await forgetOneOfClient(transaction, client);
    await forgetAll(transaction, client, hashOf(username));
  }
}

/** @throws Failure `throttled` */
async function note(transaction: EntityManager, attempts: AttemptsOf, maxAttempts: number): Promise<void> {
  if (await noteAttempt(transaction, attempts, maxAttempts)) return;
  throw new Failure('throttled', String(await secondsToWait(transaction, attempts)));
}

const hashOf = (username: string): string => hash('sha256', username, 'hex');
