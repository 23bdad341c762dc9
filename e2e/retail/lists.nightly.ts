import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { SharedSystem } from '../system/shared-system.js';
import { expectLargePage } from './large-page.js';

let system: SharedSystem;

beforeAll(async () => {
  system = await SharedSystem.join();
});

afterAll(() => system.leave());

describe('the largest page', () => {
  it('has 10,000 refunds, all of them right', async () => {
    await expectLargePage(await system.newRetailClient(), { stored: 10_100, pageSize: 20_000, shown: 10_000 });
  });
});
