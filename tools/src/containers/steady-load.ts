import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const betweenMs = 20;
const patienceMs = 30_000;

/** One GET after the other is begun, at a steady pace, until it is told to end. */
export class SteadyLoad {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly outcomes: Promise<string>[] = [];
  private slowestMs = 0;
  private going = true;
  private readonly done: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly authorization: string,
  ) {
    this.done = this.go();
  }

  /** How many were asked; those that didn't get a 200, by what they got. */
  async end(): Promise<{ asked: number; failed: string[]; slowestMs: number }> {
    this.going = false;
    await this.done;
    const outcomes = await Promise.all(this.outcomes);
    this.agent.destroy();
    return {
      asked: outcomes.length,
      failed: outcomes.filter((outcome) => outcome !== '200'),
      slowestMs: Math.round(this.slowestMs),
    };
  }

  private async go(): Promise<void> {
    while (this.going) {
      this.outcomes.push(this.ask());
      await pause(betweenMs);
    }
  }

  private ask(): Promise<string> {
    const begun = performance.now();
    return new Promise<string>((resolve) => {
      request(
        this.url,
        { agent: this.agent, headers: { authorization: this.authorization }, timeout: patienceMs },
        (response) => {
          response
            .resume()
            .on('end', () => {
              resolve(String(response.statusCode));
            })
            .on('error', (error) => {
              resolve(error.message);
            });
        },
      )
        .on('error', (error) => {
          resolve(error.message);
        })
        .end();
    }).finally(() => {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - begun);
    });
  }
}
