import type { Handlers } from './contract';
import type { ControlParts } from './parts';

/** Verbs that script faults and read the record. */
export function scriptHandlers({
  faults,
  recorder,
  warnings,
}: ControlParts): Handlers<
  'addFault' | 'faults' | 'clearFaults' | 'calls' | 'deliveries' | 'clearRecord' | 'warnings'
> {
  return {
    addFault: (fault) => {
      faults.add(fault);
      return null;
    },
    faults: () => faults.list(),
    clearFaults: () => {
      faults.clear();
      return null;
    },
    calls: ({ method }) => recorder.calls().filter((call) => method === undefined || call.method === method),
    deliveries: ({ kind }) => recorder.deliveries().filter((one) => kind === undefined || one.kind === kind),
    clearRecord: () => {
      recorder.clear();
      return null;
    },
    warnings: () => warnings.list(),
  };
}
