import type { Processes } from '../../workflows/client';

const refuse = (): never => {
  throw new Error('this test does not reach Temporal');
};

/** The door to Temporal for tests that do not go through it: what decides fails loudly, hints are lost as they may be. */
export const unusedProcesses: Processes = {
  startShare: refuse,
  startInvite: refuse,
  noticesHeld: refuse,
  guestsJoined: refuse,
  decide: refuse,
  withdraw: refuse,
  accept: refuse,
  cancel: refuse,
  resend: refuse,
  requestChanged: () => Promise.resolve(),
  accessChanged: () => Promise.resolve(true),
  keysChanged: () => Promise.resolve(true),
  seatMayBeFree: () => Promise.resolve(),
  temporalLink: () => null,
  check: () => Promise.resolve(false),
  close: () => Promise.resolve(),
};
