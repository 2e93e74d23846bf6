import { createRequire } from 'node:module';
import type { Configuration, default as Provider } from 'oidc-provider';

const load = createRequire(__filename);

/**
 * An OpenID provider of the library. It is loaded when it is wanted, and not heard: it warns of Node 20, which it works
 * with, and of keeping sign-ins in memory, which is meant here.
 */
export function openProvider(url: string, configuration: Configuration): Provider {
  const { console: output } = globalThis;
  const warn = output.warn.bind(output);
  output.warn = () => undefined;
  try {
    const library = load('oidc-provider') as { readonly default: typeof Provider };
    return new library.default(url, configuration);
  } finally {
    output.warn = warn;
  }
}
