const secondsIn = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** The seconds of a span such as `90s`, `15m`, `12h` or `90d`; undefined for a text that is none. */
export function readSpan(text: string): number | undefined {
  const { amount, unit } = /^(?<amount>\d{1,9})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  return amount === undefined ? undefined : Number(amount) * secondsIn[unit as keyof typeof secondsIn];
}

/** A span as one would type it, in the largest unit that leaves nothing over. */
export function spanText(seconds: number): string {
  const [unit, length] = Object.entries(secondsIn).find(([, each]) => seconds % each === 0) ?? ['s', 1];
  return `${seconds / length}${unit}`;
}
