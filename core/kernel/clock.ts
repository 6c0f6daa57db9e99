/** Where the time comes from: the system, or a test that moves it by hand. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #time: number;
  constructor(start: Date | string = '2026-01-01T00:00:00Z') {
    this.#time = new Date(start).getTime();
  }
  now(): Date {
    return new Date(this.#time);
  }
  /** Moves the time by `ms` milliseconds; a negative number sets it back. */
  advance(ms: number): void {
    this.#time += ms;
  }
}
