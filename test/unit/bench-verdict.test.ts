import { ratiosOf, spreadOf, verdictByCost, verdictOf } from '../../bench/verdict';

describe('what a bench says of a goal', () => {
  const calm = [0.98, 1, 1.02];

  it('takes the median of ratios that were made round by round', () => {
    expect(spreadOf(ratiosOf([10, 40, 30], [5, 10, 10]))).toEqual({ median: 3, min: 2, max: 4 });
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  it('is reached at the goal, on either side of it', () => {
    expect(verdictOf([2, 2, 2], { is: 'at least', ratio: 2 }, calm)).toBe('reached');
    expect(verdictOf([4, 4, 4], { is: 'at most', ratio: 4 }, calm)).toBe('reached');
  });

  it('is missed only by more than the baseline differs from itself', () => {
    expect(verdictOf([1.5], { is: 'at least', ratio: 2 }, calm)).toBe('missed');
    expect(verdictOf([1.99], { is: 'at least', ratio: 2 }, calm)).toBe('inconclusive');
    expect(verdictOf([1.5], { is: 'at least', ratio: 2 }, [0.7, 1, 1.1])).toBe('inconclusive');
    expect(verdictOf([6], { is: 'at most', ratio: 4 }, calm)).toBe('missed');
    expect(verdictOf([4.05], { is: 'at most', ratio: 4 }, calm)).toBe('inconclusive');
  });

  it('is decided by processor time where the rates differ by less than the noise', () => {
    const goal = { is: 'at least', ratio: 2 } as const;
    expect(verdictByCost([1.5], goal, [0.7, 1, 1.1], [2.4])).toBe('reached');
    expect(verdictByCost([1.5], goal, [0.7, 1, 1.1], [1.9])).toBe('missed');
    expect(verdictByCost([1.5], goal, [0.7, 1, 1.1], [1.9], { is: 'at least', ratio: 1.8 })).toBe('reached');
    expect(verdictByCost([1.5], goal, calm, [2.4])).toBe('missed');
    expect(verdictByCost([1.5], goal, [0.7, 1, 1.1], [NaN])).toBe('inconclusive');
  });
});
