import type { Result, Row } from '../results';
import { ratiosOf, spreadOf, verdictOf, type Goal } from '../verdict';
import type { Measured, Plan, Rounds } from './run';

/** What the product's flow may cost beside the bare one. */
const THROUGHPUT: Goal = { is: 'at least', ratio: 0.8 };
const LATENCY: Goal = { is: 'at most', ratio: 1.25 };

/** The rounds as a result: throughput and latency beside the bare flow, and what a flow of each side costs. */
export function report(rounds: Rounds, plan: Plan): Result {
  const { product, bare, again } = rounds;
  const speed = (turns: readonly Measured[]): number[] => turns.map(({ perSecond }) => perSecond);
  const late = (turns: readonly Measured[]): number[] => turns.map(({ applied }) => applied.p95);
  const compared = (
    what: string,
    unit: string,
    of: (turns: readonly Measured[]) => number[],
    goal?: Goal,
  ): Row[] => {
    const ratios = ratiosOf(of(product), of(bare));
    const itself = ratiosOf(of(again), of(bare));
    return [
      {
        ...{ what, unit, value: spreadOf(of(product)), ratio: { to: 'bare', is: spreadOf(ratios) } },
        ...(goal === undefined
          ? {}
          : {
              goal: `${goal.is === 'at least' ? '≥' : '≤'} ${goal.ratio}×`,
              verdict: verdictOf(ratios, goal, itself),
            }),
      },
      { what: `${what}, bare`, unit, value: spreadOf(of(bare)) },
      {
        what: `${what}, bare again`,
        unit,
        value: spreadOf(of(again)),
        ratio: { to: 'bare', is: spreadOf(itself) },
      },
    ];
  };
  return {
    name: 'invite',
    about: `The invite flow over REST, ${plan.parallel} in parallel, ${plan.flows} a turn, in ${plan.teams} teams: request, mail to the approver, approval, mail with the link, acceptance, roles applied, runs over. Temporal's server on Postgres; API and worker as processes of their own. Beside it a bare flow on the same servers with the same calls, activities, updates, timers and mails and as many rows written, but no rules, rights, models, search attributes or logs.`,
    rounds: plan.rounds,
    itself: spreadOf(ratiosOf(speed(again), speed(bare))),
    rows: [
      ...compared('flows a second', '/s', speed, THROUGHPUT),
      ...compared('request to applied, p95', 'ms', late, LATENCY),
      ...compared('request to applied, p50', 'ms', (turns) => turns.map(({ applied }) => applied.p50)),
      ...compared('processor for a flow, all processes', 'ms', (turns) =>
        turns.map(({ cost }) => Object.values(cost.cpuMs).reduce((sum, ms) => sum + ms, 0)),
      ),
      ...costs('product', product),
      ...costs('bare', bare),
    ],
  };
}

function costs(side: 'product' | 'bare', turns: readonly Measured[]): Row[] {
  const of = (what: 'rowsWritten' | 'transactions') => spreadOf(turns.map(({ cost }) => cost[what][side]));
  return [
    { what: `rows written by a flow, ${side}`, unit: '', value: of('rowsWritten') },
    { what: `transactions of a flow, ${side}`, unit: '', value: of('transactions') },
    { what: `mails of a flow, ${side}`, unit: '', value: spreadOf(turns.map(({ cost }) => cost.mails)) },
  ];
}
