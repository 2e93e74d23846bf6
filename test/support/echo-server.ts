import { createServer } from 'node:http';
import { closeServer, listen } from '../../embedded/http';

/** Says back what it is asked, for documents whose own tests look at it. */
export interface EchoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on a free port of loopback. */
export async function startEchoServer(): Promise<EchoServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path, headers } = request;
      const body = Buffer.concat(chunks).toString();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ path, token: headers.authorization ?? null, body }));
    });
  });
  const port = await listen(server, 0);
  return { url: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}
