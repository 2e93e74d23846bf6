import type { RequestHandler } from 'express';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Refuses requests under any other host name with 421, so that a web page elsewhere cannot reach the stand-in by
 * pointing its own name at this machine.
 */
export const loopbackOnly: RequestHandler = (request, response, next) => {
  const host = request.headers.host ?? '';
  if (LOOPBACK.has(host.replace(/:\d+$/, ''))) next();
  else response.status(421).json({ ok: false, error: 'loopback_only' });
};
