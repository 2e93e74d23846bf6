import { createRest } from '../../../embedded/rest';
import type { Guest, Side } from '../flow';
import { RUNS } from './contract';

/** The bare flow behind the same calls. */
export function bareSide(url: string, name: string): Side {
  const rest = createRest(url, 'nobody-asks');
  let made = 0;
  return {
    name,
    runs: RUNS,
    guests: (count) =>
      Promise.resolve(
        Array.from({ length: count }, (): Guest => {
          const email = `guest-${(made += 1)}@${name}.example`;
          const elementId = 'northwind.example';
          return {
            email,
            elementId,
            approverEmail: `ada@${elementId}`,
            sharer: rest,
            approver: rest,
            self: rest,
          };
        }),
      ),
  };
}
