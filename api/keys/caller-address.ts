import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';
import type { Config } from '../../config/env';

/** Who called, as the socket sees it unless `TRUST_PROXY` says which proxies to believe: the same as Express has it. */
export function callerAddress(trust: Config['trustProxy']): (request: IncomingMessage) => string {
  const trusted = trustOf(trust);
  return (request) => proxyAddress(request, trusted);
}

function trustOf(trust: Config['trustProxy']): (address: string, hop: number) => boolean {
  if (typeof trust === 'boolean') return () => trust;
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  return proxyAddress.compile(trust);
}
