import { readFileSync } from 'node:fs';
import { type TLSConfig } from '@temporalio/client';
import { z } from 'zod';

/** A PEM by its path, read at once so that a wrong path stops the start and not the first connection. */
const pemFile = z
  .string()
  .transform((path, context) => {
    try {
      return readFileSync(path);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      });
      return z.NEVER;
    }
  })
  .optional();

const pemData = z
  .string()
  .transform((text) => Buffer.from(text))
  .optional();

/** The names that Temporal's own command line and SDKs use (docs.temporal.io, environment configuration). */
export const TLS_VARIABLES = {
  TEMPORAL_TLS: z
    .enum(['true', 'false', '1', '0'], { error: 'has to be true or false' })
    .transform((value) => value === 'true' || value === '1')
    .optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: pemFile,
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: pemData,
  TEMPORAL_TLS_CLIENT_CERT_PATH: pemFile,
  TEMPORAL_TLS_CLIENT_CERT_DATA: pemData,
  TEMPORAL_TLS_CLIENT_KEY_PATH: pemFile,
  TEMPORAL_TLS_CLIENT_KEY_DATA: pemData,
};

type TlsValues = z.output<z.ZodObject<typeof TLS_VARIABLES>> & { TEMPORAL_API_KEY?: string | undefined };

/** What does not fit together between the TLS variables, none of them empty: pairs of variable and message. */
export function tlsProblems(env: NodeJS.ProcessEnv): [string, string][] {
  const certificate = env['TEMPORAL_TLS_CLIENT_CERT_DATA'] ?? env['TEMPORAL_TLS_CLIENT_CERT_PATH'];
  const key = env['TEMPORAL_TLS_CLIENT_KEY_DATA'] ?? env['TEMPORAL_TLS_CLIENT_KEY_PATH'];
  const problems: [string, string][] = [];
  const off = env['TEMPORAL_TLS'] === 'false' || env['TEMPORAL_TLS'] === '0';
  if (off && (env['TEMPORAL_API_KEY'] ?? certificate) !== undefined) {
    problems.push([
      'TEMPORAL_TLS',
      'is off, yet an API key or a certificate is set: those go through TLS alone',
    ]);
  }
  if (certificate === undefined && key !== undefined) {
    problems.push(['TEMPORAL_TLS_CLIENT_CERT_PATH', 'is required beside the client key']);
  }
  if (key === undefined && certificate !== undefined) {
    problems.push(['TEMPORAL_TLS_CLIENT_KEY_PATH', 'is required beside the client certificate']);
  }
  return problems;
}

/** The connection's TLS settings; on with `TEMPORAL_TLS`, an API key or any certificate, else `null`. */
export function temporalTls(env: TlsValues): TLSConfig | null {
  const name = env.TEMPORAL_TLS_SERVER_NAME;
  const ca = env.TEMPORAL_TLS_SERVER_CA_CERT_DATA ?? env.TEMPORAL_TLS_SERVER_CA_CERT_PATH;
  const crt = env.TEMPORAL_TLS_CLIENT_CERT_DATA ?? env.TEMPORAL_TLS_CLIENT_CERT_PATH;
  const key = env.TEMPORAL_TLS_CLIENT_KEY_DATA ?? env.TEMPORAL_TLS_CLIENT_KEY_PATH;
  const wanted = [name, ca, crt, env.TEMPORAL_API_KEY].some((part) => part !== undefined);
  if (!(env.TEMPORAL_TLS ?? wanted)) return null;
  return {
    ...(name !== undefined && { serverNameOverride: name }),
    ...(ca !== undefined && { serverRootCACertificate: ca }),
    ...(crt !== undefined && key !== undefined && { clientCertPair: { crt, key } }),
  };
}
