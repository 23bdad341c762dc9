import everyday from './jest.config.mjs';

/** What is too slow for every day, for `npm run test:nightly`. */
export default { ...everyday, testMatch: ['<rootDir>/{libs,apps,tools,bench,e2e,deploy}/**/*.nightly.ts'] };
