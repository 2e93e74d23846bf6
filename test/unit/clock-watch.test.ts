import { watchClock } from '../../config/clock-watch';

it.each([
  [5_000, 0],
  [5_001, 1],
  [-5_001, 1],
])('a clock %i ms behind the database’s is warned of %i times at the start (OPS-9)', (offsetMs, times) => {
  const warn = jest.fn();
  watchClock({ offsetMs: () => offsetMs }, { warn })();
  expect(warn).toHaveBeenCalledTimes(times);
  if (times > 0) expect(warn).toHaveBeenCalledWith({ offsetMs }, expect.any(String));
});
