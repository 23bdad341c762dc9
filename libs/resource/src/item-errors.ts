import type { FieldErrors } from '@refundry/errors';

export interface ItemErrorsOptions {
  /** Of errors that are told in full. */
  readonly maxBytes: number;
  /** Whether no two items may have the same errors. */
  readonly areDistinct: boolean;
}

const leftOutText = 'This item is invalid. Further errors are left out.';

/**
 * The errors of items, one for each, `{}` where an item is right. Beyond a number of bytes a wrong item has a short
 * error of its own, so that the answer to a bad batch is bounded and stays parallel to it.
 */
export class ItemErrors {
  readonly all: FieldErrors[] = [];
  private bytes = 0;
  private readonly seen = new Set<string>();

  constructor(private readonly options: ItemErrorsOptions) {}

  addNone(): void {
    this.all.push({});
  }

  /** Whether the errors of further items are left out. */
  get isFull(): boolean {
    return this.bytes >= this.options.maxBytes;
  }

  add(errors: FieldErrors): void {
    if (this.isFull) {
      this.all.push({ non_field_errors: this.options.areDistinct ? [leftOutText, this.indexText] : [leftOutText] });
      return;
    }
    const text = JSON.stringify(errors);
    this.bytes += Buffer.byteLength(text);
    this.all.push(this.options.areDistinct && this.seen.has(text) ? this.numbered(errors) : errors);
    if (this.options.areDistinct) this.seen.add(text);
  }

  private get indexText(): string {
    return `Item ${this.all.length}.`;
  }

  private numbered(errors: FieldErrors): FieldErrors {
    // Of an item that is null there are messages only.
    const { non_field_errors: general = [], ...fields } = (
      Array.isArray(errors) ? { non_field_errors: errors } : errors
    ) as Record<string, FieldErrors>;
    return { ...fields, non_field_errors: [...(general as string[]), this.indexText] };
  }
}
