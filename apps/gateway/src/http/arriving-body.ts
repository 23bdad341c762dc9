/**
 * A body that is put together as it arrives. A long one that declares its length is given room for all of it at some
 * time, and filled part by part from then on: to put 15 MiB together at the end stops the event loop for 30 ms.
 */
export class ArrivingBody {
  private parts: Buffer[] = [];
  private whole?: Buffer;
  private arrived = 0;

  /**
   * @param declaredLength number of bytes that will come; 0 where that is unknown
   * @param hold counts bytes before there are more of them; it throws where there is no room
   */
  constructor(
    private readonly declaredLength: number,
    private readonly hold: (bytes: number) => void,
  ) {}

  get length(): number {
    return this.arrived;
  }

  get bytes(): Buffer {
    return this.whole ?? Buffer.concat(this.parts);
  }

  /** @throws what `hold` throws */
  add(part: Buffer): void {
    if (this.whole) part.copy(this.whole, this.arrived);
    else {
      this.hold(part.length);
      this.parts.push(part);
    }
    this.arrived += part.length;
  }

  clear(): void {
    this.parts = [];
    delete this.whole;
  }

  /**
   * Counts what is still to come of a declared length, at once, and fills it part by part.
   *
   * @throws what `hold` throws
   */
  makeRoom(): void {
    if (this.declaredLength <= this.arrived) return;
    this.hold(this.declaredLength - this.arrived);
    const whole = Buffer.allocUnsafe(this.declaredLength);
    let at = 0;
    for (const part of this.parts) at += part.copy(whole, at);
    this.parts = [];
    this.whole = whole;
  }
}
