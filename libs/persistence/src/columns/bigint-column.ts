import { Column, type ColumnOptions } from 'typeorm';

/** A `bigint` as a number: the contracts let no integer in that a number doesn't hold. */
export const BigintColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({
    ...options,
    type: 'bigint',
    transformer: {
      from: (text: string | null) => (text === null ? null : Number(text)),
      to: (value: unknown) => value,
    },
  });
