import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express, { type Express } from 'express';
import { closeServer, listen } from '../http';

/** The small API that the seeded collections call. */
export interface ExampleApi {
  readonly url: string;
  stop(): Promise<void>;
}

interface Order {
  readonly id: string;
  readonly item: string;
  readonly quantity: number;
  readonly status: 'open' | 'shipped';
}

/**
 * Starts the example API on loopback: orders that can be listed, read, placed and shipped. It forgets them at its end.
 * @param port where to listen; 0 for a free one
 */
export async function startExampleApi(port: number): Promise<ExampleApi> {
  const server = createServer(exampleApp());
  const taken = await listen(server, port);
  return { url: `http://127.0.0.1:${taken}`, stop: () => closeServer(server) };
}

function exampleApp(): Express {
  const orders = new Map<string, Order>();
  const place = (item: string, quantity: number): Order => {
    const order: Order = { id: randomUUID(), item, quantity, status: 'open' };
    orders.set(order.id, order);
    return order;
  };
  place('Filter coffee, 1 kg', 2);
  place('Paper cups, 500', 1);

  const app = express();
  app.use(express.json());
  app.get('/status', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/orders', (_request, response) => void response.json({ orders: [...orders.values()] }));
  app.get('/orders/:id', (request, response) => answerOrder(response, orders.get(request.params.id)));
  app.post('/orders', (request, response) => {
    const { item, quantity } = (request.body ?? {}) as Partial<Order>;
    if (typeof item !== 'string' || typeof quantity !== 'number' || quantity < 1) {
      response.status(422).json({ error: 'an order needs an item and a quantity of at least 1' });
      return;
    }
    response.status(201).json(place(item, quantity));
  });
  app.post('/orders/:id/shipment', (request, response) => {
    const order = orders.get(request.params.id);
    if (order !== undefined) orders.set(order.id, { ...order, status: 'shipped' });
    answerOrder(response, orders.get(request.params.id));
  });
  return app;
}

function answerOrder(response: express.Response, order: Order | undefined): void {
  if (order === undefined) response.status(404).json({ error: 'no such order' });
  else response.json(order);
}
