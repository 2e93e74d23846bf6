/** Preloaded into a process by `--import`: its clock is CLOCK_SHIFT_MS off, as on a machine whose time nobody keeps. */
const shiftMs = Number(process.env['CLOCK_SHIFT_MS']);
const realNow = Date.now;
Date.now = () => realNow() + shiftMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, given: unknown[], made): object =>
    Reflect.construct(target, given.length === 0 ? [Date.now()] : given, made) as object,
});

export {};
