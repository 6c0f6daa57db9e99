// Preloaded into a server: on SIGUSR2 its clock is set back by an hour, as an administrator or a bad time server would,
// and on the next one set right again.
const RealDate = globalThis.Date;
let skewMs = 0;
process.on('SIGUSR2', () => (skewMs = skewMs === 0 ? -3_600_000 : 0));
globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + skewMs);
    else super(...given);
  }
  static now() {
    return RealDate.now() + skewMs;
  }
};
