import type { DraftedRules } from '@refundry/contracts';
import { Failure, invalid } from '@refundry/errors';
import { checkRules } from './check-rules.js';
import { contentOf, writtenRules, type WrittenRules } from './rules-content.js';

/** Content that stands in a field `rules`, checked and as answers write it. @throws Failure `invalid` */
export function checkedContent(rules: DraftedRules): WrittenRules {
  try {
    checkRules(rules);
  } catch (error) {
    throw error instanceof Failure && error.fields ? invalid({ rules: error.fields }) : error;
  }
  return writtenRules(contentOf(rules));
}
