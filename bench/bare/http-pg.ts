import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Pool } from 'pg';

/** The least that answers a collection by its key: node:http, and one prepared statement a request. */
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 8 });
const sql = `select c.content from bare.keys k join bare.collections c on c.id = k.collection_id
              where k.hash = $1 and k.ended_at is null`;

createServer((request, response) => {
  const key = request.url?.slice((request.url.indexOf('=') || 0) + 1) ?? '';
  const hash = createHash('sha256').update(key).digest();
  pool.query<{ content: string }>({ name: 'key', text: sql, values: [hash] }).then(
    ({ rows: [row] }) => {
      if (row === undefined) {
        response.writeHead(401).end();
        return;
      }
      const body = Buffer.from(`{"collection":${row.content}}`);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
      response.end(body);
    },
    () => response.writeHead(500).end(),
  );
}).listen(Number(process.env['PORT']), '127.0.0.1');
